package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificate writes a certificate for 127.0.0.1 and its key.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
	}
	chain, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	pkcs8, keyErr := x509.MarshalPKCS8PrivateKey(private)
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: chain}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		err = errors.Join(err, os.WriteFile(name, pem.EncodeToMemory(block), 0o600))
	}
	parsed, parseErr := x509.ParseCertificate(chain)
	if err := errors.Join(err, keyErr, parseErr); err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return cert, key, pool
}

// A wrong certificate stops the start with one line that names the setting, before
// there is a database; a right one is served, by the listener of metrics as well.
func TestCertificates(t *testing.T) {
	cert, key, pool := certificate(t)
	_, another, _ := certificate(t)
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ cert, key, want string }{
		"no certificate": {"nowhere.pem", key, "retinue: --tls-cert: open nowhere.pem: no such file or directory\n"},
		"no key":         {cert, "nowhere.pem", "retinue: --tls-key: open nowhere.pem: no such file or directory\n"},
		"no PEM":         {text, key, "retinue: --tls-cert " + text + ", --tls-key " + key + ": tls: failed to find any PEM data in certificate input\n"},
		"another's key":  {cert, another, "retinue: --tls-cert " + cert + ", --tls-key " + another + ": tls: private key does not match public key\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			code, out, errs := command(t, "serve", "--data-dir", dir, "--listen", "127.0.0.1:0", "--tls-cert", c.cert, "--tls-key", c.key)
			if code != exitUsage || out != "" || errs != c.want {
				t.Errorf("exit code %d: %s%s", code, out, errs)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("the data directory was made")
			}
		})
	}
	c := serve(t, t.TempDir(), nil, "--tls-cert", cert, "--tls-key", key, "--metrics-listen", "127.0.0.1:0")
	b := c.browser()
	b.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	if b.must(http.StatusOK, "GET", "/readyz", nil); !strings.HasPrefix(c.url, "https://") {
		t.Errorf("the address is %s", c.url)
	}
}
