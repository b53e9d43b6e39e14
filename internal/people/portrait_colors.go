package people

import "image/color"

type skinTone struct {
	base, shade, cheek uint32
	light              bool
}

var skins = []skinTone{
	{0xffe0cc, 0xf2c3a7, 0xf7b3a0, true},
	{0xf8d2b3, 0xe6b48f, 0xf0a58c, true},
	{0xf1c49d, 0xdaa57b, 0xe3967a, true},
	{0xe3ad80, 0xc98f63, 0xd4805f, false},
	{0xcd9366, 0xb1774d, 0xbd6a4c, false},
	{0xb07748, 0x935f37, 0xa45a3d, false},
	{0x8f5d3a, 0x75492c, 0x86482f, false},
	{0x6f4630, 0x583624, 0x6b3a29, false},
	{0x5d3c2b, 0x492e20, 0x5f3526, false},
}

type backdrop struct{ base, soft uint32 }

var grounds = []backdrop{
	{0xdbe7f5, 0xcadbef},
	{0xdff0e6, 0xcbe5d6},
	{0xfbe9d4, 0xf6dcbd},
	{0xf6dfe3, 0xf0ced5},
	{0xe6e1f5, 0xd8d0ee},
	{0xd8eef0, 0xc3e2e6},
	{0xf4ecc9, 0xecdfae},
	{0xe8e6e1, 0xdbd8d1},
	{0x9fc2e0, 0x8db4d6},
	{0xa9d0b8, 0x97c3a8},
	{0xf0c19a, 0xe8b287},
	{0xc7b8e3, 0xb9a7da},
	{0xe7a9a9, 0xdd9999},
	{0x8fc5c6, 0x7cb8ba},
}

var (
	hairsDark = []uint32{0x1d1a1b, 0x2a211d, 0x38271d, 0x221c22, 0x4a3122, 0x16171b}
	hairsAny  = []uint32{0x5d3d27, 0x7a5030, 0x9c6b3c, 0xc99a56, 0xe2bf7c, 0xa5502c, 0x3b2a21, 0xb8683a}
	hairsDyed = []uint32{0x5e7fb5, 0xc4668f, 0x6d9a7c, 0x8a6cb3}
	cloths    = []uint32{0x3f5f8a, 0x2f7d73, 0xb5534b, 0xd08a3c, 0x6a5a97, 0x46505e, 0x7d8f5a, 0xe9e4da, 0xa94f70, 0x2b3a4c, 0x4b8cc0, 0xd9b44a, 0x8a5f47}
)

func rgb(v uint32) color.RGBA {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 255}
}

func darker(c color.RGBA, by float64) color.RGBA {
	return color.RGBA{uint8(float64(c.R) * by), uint8(float64(c.G) * by), uint8(float64(c.B) * by), 255}
}

// veil returns c at a part of its strength, for painting over other colours.
func veil(c color.RGBA, part float64) color.RGBA {
	out := darker(c, part)
	out.A = uint8(255 * part)
	return out
}

// near tells whether clothes would melt into the backdrop.
func near(c color.RGBA, ground uint32) bool {
	g, sum := rgb(ground), 0
	for _, d := range []int{int(c.R) - int(g.R), int(c.G) - int(g.G), int(c.B) - int(g.B)} {
		sum += d * d
	}
	return sum < 2600
}
