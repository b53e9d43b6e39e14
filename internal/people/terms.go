package people

// SearchTerm is something a person might type into the search box, with how
// often it occurs among the people of any Generator.
type SearchTerm struct {
	Text string
	// Class is rare (1 to 150 in a million), mid (0.08 to 1.2 %), common (2.5 %
	// and more) or absent (nobody).
	Class string
	// Kind is 1, 2, 3 or 4+ for the length in letters, or email, words (two
	// words, as "given family") or script (not Latin).
	Kind string
}

// SearchTerms returns the terms of the search benchmark. Terms of one and two
// letters are counted at the beginnings of words, longer ones anywhere in the
// folded "given family nickname e-mail".
func SearchTerms() []SearchTerm { return append([]SearchTerm(nil), searchTerms...) }

var searchTerms = []SearchTerm{
	{"k", "common", "1"},
	{"b", "common", "1"},
	{"jo", "common", "2"},
	{"an", "common", "2"},
	{"mar", "common", "3"},
	{"son", "common", "3"},
	{"desk", "common", "4+"},
	{"desk.example", "common", "email"},

	{"م", "mid", "script"},
	{"王", "mid", "script"},
	{"محمد", "mid", "script"},
	{"xu", "mid", "2"},
	{"sv", "mid", "2"},
	{"bin", "mid", "3"},
	{"ngo", "mid", "3"},
	{"lopez", "mid", "4+"},
	{"johnson", "mid", "4+"},
	{"schmidt", "mid", "4+"},
	{"2@bright", "mid", "email"},
	{"emma s", "mid", "words"},
	{"van der", "mid", "words"},
	{"de la", "mid", "words"},

	{"ж", "rare", "script"},
	{"欧阳", "rare", "script"},
	{"陽子 佐藤", "rare", "script"},
	{"zw", "rare", "2"},
	{"jq", "rare", "2"},
	{"zwi", "rare", "3"},
	{"nightingale", "rare", "4+"},
	{"quillfeather", "rare", "4+"},
	{"featherstonehaugh", "rare", "4+"},
	{".k.nowak", "rare", "email"},
	{"katarzyna brze", "rare", "words"},
	{"jimenez ru", "rare", "words"},

	{"ღ", "absent", "1"},
	{"qo", "absent", "2"},
	{"xqj", "absent", "3"},
	{"wolfeschlegel", "absent", "4+"},
	{"anna.nowak@nowhere", "absent", "email"},
	{"zephyrine quill", "absent", "words"},
	{"鬱", "absent", "script"},
}
