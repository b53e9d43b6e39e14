// Package password hashes, verifies, judges and generates passwords.
//
// Native hashes are argon2id (RFC 9106) in PHC string form. Hashes that other
// systems made (argon2i, bcrypt, scrypt, PBKDF2) verify too, so that people who
// are imported keep their password; Verify then asks for an upgrade. Every
// computation passes one semaphore, so load makes callers wait instead of
// exhausting memory.
//
// # Unicode
//
// A password is prepared as the OpaqueString profile of RFC 8265 says: spaces
// other than U+0020 become U+0020 and the text is put in Normalization Form C,
// so that "é" typed on two keyboards is one password. NFKC is deliberately not
// used: it folds characters that people choose as different ones ("²" and "2").
// Case is kept and nothing is trimmed or truncated. Hashes from systems that
// did not normalise still verify, because the bytes as typed are tried as well.
package password
