package people

import (
	"math"
	"math/bits"
)

// rng is SplitMix64: small, fast, and good enough to make people up. Its state
// depends on nothing but the seed and the index, which is what makes a person
// the same in whatever order people are generated.
type rng struct{ s uint64 }

const golden = 0x9e3779b97f4a7c15

func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

func newRNG(seed, index uint64) rng {
	return rng{mix(seed+golden) ^ mix(index*golden+1)}
}

func (r *rng) next() uint64 {
	r.s += golden
	return mix(r.s)
}

// below returns a number in [0, n). The bias of the multiply-shift method is
// below n/2^64, which no statistic here can see.
func (r *rng) below(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// float returns a number in [0, 1).
func (r *rng) float() float64 { return float64(r.next()>>11) / (1 << 53) }

func (r *rng) chance(p float64) bool { return r.float() < p }

// exp returns an exponentially distributed number with mean 1.
func (r *rng) exp() float64 { return -math.Log(1 - r.float()) }

// between returns a number in [lo, hi).
func (r *rng) between(lo, hi float64) float64 { return lo + (hi-lo)*r.float() }

// alias draws an index with given weights in constant time (Vose's method).
type alias struct {
	prob  []float64
	other []int32
}

func newAlias(weights []float64) alias {
	n, sum := len(weights), 0.0
	for _, w := range weights {
		sum += w
	}
	a := alias{make([]float64, n), make([]int32, n)}
	scaled := make([]float64, n)
	var small, large []int32
	for i, w := range weights {
		scaled[i] = w * float64(n) / sum
		if scaled[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.prob[s], a.other[s] = scaled[s], l
		scaled[l] -= 1 - scaled[s]
		if scaled[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		a.prob[i], a.other[i] = 1, i
	}
	return a
}

func (a alias) pick(r *rng) int {
	i := r.below(len(a.prob))
	if r.float() < a.prob[i] {
		return i
	}
	return int(a.other[i])
}

// zipf returns n weights that fall as 1/(rank+shift)^s (Zipf-Mandelbrot).
func zipf(n int, shift, s float64) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = math.Pow(float64(i)+1+shift, -s)
	}
	return w
}
