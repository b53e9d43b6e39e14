package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Verifier checks tokens (RFC 7519) with the standard library alone.
type Verifier struct {
	Issuer   string // iss that is accepted
	KeysURL  string // where the keys are (RFC 7517)
	Audience string // the origin of this page
	Now      func() time.Time
	Client   *http.Client

	mu      sync.Mutex
	keys    map[string]*ecdsa.PublicKey
	fetched time.Time
}

// Ref names something.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Claims are what a token says of who is looking.
type Claims struct {
	Issuer       string   `json:"iss"`
	Subject      string   `json:"sub"`
	Audience     any      `json:"aud"` // a text or a list of them
	Expires      int64    `json:"exp"`
	NotBefore    int64    `json:"nbf"`
	Name         string   `json:"name"`
	Email        string   `json:"email"`
	Tenant       Ref      `json:"tenant"`
	Organization Ref      `json:"organization"`
	Permissions  []string `json:"permissions"`
}

var errToken = errors.New("the token is not valid")

// Verify returns what a token says when it was signed by the issuer, for this
// page, and is not over.
func (v *Verifier) Verify(ctx context.Context, token string) (*Claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errToken
	}
	var header struct{ Alg, Kid string }
	if err := decode(parts[0], &header); err != nil || header.Alg != "ES256" { // never what the token itself asks for
		return nil, errToken
	}
	key, err := v.key(ctx, header.Kid)
	if err != nil {
		return nil, err
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return nil, errToken
	}
	hash := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(key, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return nil, errToken
	}
	var c Claims
	if err := decode(parts[1], &c); err != nil {
		return nil, errToken
	}
	now := v.Now().Unix()
	if c.Issuer != v.Issuer || !c.isFor(v.Audience) || now >= c.Expires || now < c.NotBefore {
		return nil, errToken
	}
	return &c, nil
}

func (c *Claims) isFor(audience string) bool {
	switch aud := c.Audience.(type) {
	case string:
		return aud == audience
	case []any:
		return slices.Contains(aud, any(audience))
	}
	return false
}

func decode(part string, into any) error {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// key returns a published key. The set is fetched again for a key that it does
// not have, as after a rotation, but not more than once a minute.
func (v *Verifier) key(ctx context.Context, id string) (*ecdsa.PublicKey, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if key := v.keys[id]; key != nil {
		return key, nil
	}
	if v.keys != nil && v.Now().Sub(v.fetched) < time.Minute {
		return nil, errToken
	}
	keys, err := v.fetch(ctx)
	if err != nil {
		return nil, err
	}
	v.keys, v.fetched = keys, v.Now()
	if key := keys[id]; key != nil {
		return key, nil
	}
	return nil, errToken
}

func (v *Verifier) fetch(ctx context.Context) (map[string]*ecdsa.PublicKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.KeysURL, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := v.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the keys answer %s", res.Status)
	}
	var set struct {
		Keys []struct {
			Kty string `json:"kty"`
			Crv string `json:"crv"`
			Kid string `json:"kid"`
			Use string `json:"use"`
			X   string `json:"x"`
			Y   string `json:"y"`
		} `json:"keys"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&set); err != nil {
		return nil, err
	}
	out := map[string]*ecdsa.PublicKey{}
	for _, k := range set.Keys {
		x, errX := base64.RawURLEncoding.DecodeString(k.X)
		y, errY := base64.RawURLEncoding.DecodeString(k.Y)
		if errX != nil || errY != nil || len(x) != 32 || len(y) != 32 || k.Kty != "EC" || k.Crv != "P-256" || k.Use != "sig" {
			continue
		}
		// 4 says that both coordinates follow (SEC 1, 2.3.3). It refuses what is no point on the curve.
		if key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y)); err == nil {
			out[k.Kid] = key
		}
	}
	return out, nil
}

func bearer(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token
}
