package console

import "testing"

// covers D-12
func TestPageAt(t *testing.T) {
	for path, want := range map[string]string{
		"/":                           "/",
		"/admin":                      "/admin",
		"/admin/users":                "/admin/users",
		"/admin/users/import":         "/admin/users/import",
		"/admin/users/user_1":         "/admin/users/$id",
		"/admin/users/deleted/user_1": "/admin/users/deleted/$id",
		"/admin/users/a/b":            "",
		"/admin/users/":               "",
		"/admin/nothing":              "",
		"/dashboard/billing":          "/dashboard/$tab",
		"":                            "",
	} {
		got, ok := PageAt(path)
		if got.Path != want || ok != (want != "") {
			t.Errorf("PageAt(%q) = %q, %v; want %q", path, got.Path, ok, want)
		}
	}
	if p, _ := PageAt("/admin/exports"); p.Portal != "tenant_admin" || len(p.Needs) != 1 || len(p.Needs[0]) != 2 {
		t.Errorf("exports: %+v", p)
	}
}
