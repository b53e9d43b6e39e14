//go:build amd64 && gc && !purego

#include "textflag.h"

// How the bytes of a word move when it is rotated to the right by 16 and by 24 bits.
DATA right16<>+0(SB)/8, $0x0100070605040302
DATA right16<>+8(SB)/8, $0x09080F0E0D0C0B0A
GLOBL right16<>(SB), (NOPTR+RODATA), $16
DATA right24<>+0(SB)/8, $0x0201000706050403
DATA right24<>+8(SB)/8, $0x0A09080F0E0D0C0B
GLOBL right24<>(SB), (NOPTR+RODATA), $16

// Registers: a0 to d0 and a1 to d1 are Y0 to Y7, four words each of two
// independent parts, which are computed side by side; Y8 and Y9 are for what lies
// between, Y14 and Y15 hold right16 and right24.

// x += y + 2 * low(x) * low(y), where low has the lower 32 bits of a word.
#define ADDMUL(x0, y0, x1, y1) \
	VPMULUDQ y0, x0, Y8 \
	VPMULUDQ y1, x1, Y9 \
	VPADDQ   y0, x0, x0 \
	VPADDQ   y1, x1, x1 \
	VPADDQ   Y8, Y8, Y8 \
	VPADDQ   Y9, Y9, Y9 \
	VPADDQ   Y8, x0, x0 \
	VPADDQ   Y9, x1, x1

// BlaMka's G (RFC 9106, section 3.6).
#define G(a0, b0, c0, d0, a1, b1, c1, d1) \
	ADDMUL(a0, b0, a1, b1)   \
	VPXOR   a0, d0, d0       \
	VPXOR   a1, d1, d1       \
	VPSHUFD $0xB1, d0, d0    \
	VPSHUFD $0xB1, d1, d1    \
	ADDMUL(c0, d0, c1, d1)   \
	VPXOR   c0, b0, b0       \
	VPXOR   c1, b1, b1       \
	VPSHUFB Y15, b0, b0      \
	VPSHUFB Y15, b1, b1      \
	ADDMUL(a0, b0, a1, b1)   \
	VPXOR   a0, d0, d0       \
	VPXOR   a1, d1, d1       \
	VPSHUFB Y14, d0, d0      \
	VPSHUFB Y14, d1, d1      \
	ADDMUL(c0, d0, c1, d1)   \
	VPXOR   c0, b0, b0       \
	VPXOR   c1, b1, b1       \
	VPADDQ  b0, b0, Y8       \
	VPADDQ  b1, b1, Y9       \
	VPSRLQ  $63, b0, b0      \
	VPSRLQ  $63, b1, b1      \
	VPXOR   Y8, b0, b0       \
	VPXOR   Y9, b1, b1

// The permutation P of two rows. A register has four words of one row, so that
// diagonals become columns by moving words within registers.
#define ROWS \
	G(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7) \
	VPERMQ $0x39, Y1, Y1 \
	VPERMQ $0x39, Y5, Y5 \
	VPERMQ $0x4E, Y2, Y2 \
	VPERMQ $0x4E, Y6, Y6 \
	VPERMQ $0x93, Y3, Y3 \
	VPERMQ $0x93, Y7, Y7 \
	G(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7) \
	VPERMQ $0x93, Y1, Y1 \
	VPERMQ $0x93, Y5, Y5 \
	VPERMQ $0x4E, Y2, Y2 \
	VPERMQ $0x4E, Y6, Y6 \
	VPERMQ $0x39, Y3, Y3 \
	VPERMQ $0x39, Y7, Y7

// The permutation P of two columns, each in its half of every register: a is Y0
// and Y4, b is Y1 and Y5, c is Y2 and Y6, d is Y3 and Y7. Words move between the
// two registers of a pair; those of c only change places.
#define COLUMNS \
	G(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7) \
	VPALIGNR $8, Y1, Y5, Y10 \
	VPALIGNR $8, Y5, Y1, Y11 \
	VPALIGNR $8, Y7, Y3, Y12 \
	VPALIGNR $8, Y3, Y7, Y13 \
	G(Y0, Y10, Y6, Y12, Y4, Y11, Y2, Y13) \
	VPALIGNR $8, Y11, Y10, Y1 \
	VPALIGNR $8, Y10, Y11, Y5 \
	VPALIGNR $8, Y12, Y13, Y3 \
	VPALIGNR $8, Y13, Y12, Y7

// LOAD takes four words of a XOR b.
#define LOAD(at, y) \
	VMOVDQU at(AX), y \
	VPXOR   at(BX), y, y

// TWOROWS permutes the 32 words from at on of a XOR b into the rows at DI.
#define TWOROWS(at) \
	LOAD(at+0, Y0)   \
	LOAD(at+32, Y1)  \
	LOAD(at+64, Y2)  \
	LOAD(at+96, Y3)  \
	LOAD(at+128, Y4) \
	LOAD(at+160, Y5) \
	LOAD(at+192, Y6) \
	LOAD(at+224, Y7) \
	ROWS             \
	VMOVDQA Y0, at+0(DI)   \
	VMOVDQA Y1, at+32(DI)  \
	VMOVDQA Y2, at+64(DI)  \
	VMOVDQA Y3, at+96(DI)  \
	VMOVDQA Y4, at+128(DI) \
	VMOVDQA Y5, at+160(DI) \
	VMOVDQA Y6, at+192(DI) \
	VMOVDQA Y7, at+224(DI)

// TWOCOLUMNS permutes the two columns from at on of the rows at DI.
#define TWOCOLUMNS(at) \
	VMOVDQA at+0(DI), Y0   \
	VMOVDQA at+128(DI), Y4 \
	VMOVDQA at+256(DI), Y1 \
	VMOVDQA at+384(DI), Y5 \
	VMOVDQA at+512(DI), Y2 \
	VMOVDQA at+640(DI), Y6 \
	VMOVDQA at+768(DI), Y3 \
	VMOVDQA at+896(DI), Y7 \
	COLUMNS

// STORE writes y XOR a XOR b.
#define STORE(at, y) \
	VPXOR   at(AX), y, y \
	VPXOR   at(BX), y, y \
	VMOVDQU y, at(DX)

// STOREXOR writes out XOR y XOR a XOR b.
#define STOREXOR(at, y) \
	VPXOR at(DX), y, y \
	STORE(at, y)

// WRITECOLUMNS permutes two columns of the rows at DI, and ALLCOLUMNS all of them;
// they are written by STORE or STOREXOR.
#define WRITECOLUMNS(WRITE, at) \
	TWOCOLUMNS(at)    \
	WRITE(at+0, Y0)   \
	WRITE(at+128, Y4) \
	WRITE(at+256, Y1) \
	WRITE(at+384, Y5) \
	WRITE(at+512, Y2) \
	WRITE(at+640, Y6) \
	WRITE(at+768, Y3) \
	WRITE(at+896, Y7)

#define ALLCOLUMNS(WRITE) \
	WRITECOLUMNS(WRITE, 0)  \
	WRITECOLUMNS(WRITE, 32) \
	WRITECOLUMNS(WRITE, 64) \
	WRITECOLUMNS(WRITE, 96)

// func fillAVX2(out, a, b *block, xor bool)
// Requires: AVX2
TEXT ·fillAVX2(SB), 0, $1056-25
	MOVQ out+0(FP), DX
	MOVQ a+8(FP), AX
	MOVQ b+16(FP), BX
	MOVBLZX xor+24(FP), CX

	// The rows are kept at an address that vectors are fast at.
	LEAQ rows-1056(SP), DI
	ADDQ $31, DI
	ANDQ $~31, DI

	VBROADCASTI128 right16<>(SB), Y14
	VBROADCASTI128 right24<>(SB), Y15

	TWOROWS(0)
	TWOROWS(256)
	TWOROWS(512)
	TWOROWS(768)

	TESTL CX, CX
	JNZ   xored

	ALLCOLUMNS(STORE)
	VZEROUPPER
	RET

xored:
	ALLCOLUMNS(STOREXOR)
	VZEROUPPER
	RET
