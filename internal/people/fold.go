package people

import "strings"

// letters maps every letter that occurs in the name tables to ASCII, by the
// romanisation people commonly use in their own e-mail addresses.
var letters = func() map[rune]string {
	const table = `àáâãäåāăąạảấầẩẫậắằẳẵặ=a æ=ae çćč=c ďđ=d ð=d èéêëēėęěẹẻẽếềểễệ=e ğ=g ìíîïīįıịỉĩ=i ł=l ñńňǹ=n
	òóôõöøōőọỏốồổỗộơớờởỡợ=o œ=oe ř=r śşšșṣ=s ß=ss ťț=t þ=th ùúûüūůűụủũưứừửữự=u ýÿỳỷỹỵ=y źżž=z
	а=a б=b в=v г=g ґ=g д=d е=e ё=e є=ye ж=zh з=z и=i і=i ї=yi й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch
	ы=y э=e ю=yu я=ya
	αά=a β=v γ=g δ=d εέ=e ζ=z ηή=i θ=th ιίϊΐ=i κ=k λ=l μ=m ν=n ξ=x οό=o π=p ρ=r σς=s τ=t υύϋ=y φ=f χ=ch ψ=ps ωώ=o`
	m := make(map[rune]string)
	for group := range strings.FieldsSeq(table) {
		from, to, _ := strings.Cut(group, "=")
		for _, r := range from {
			m[r] = to
		}
	}
	return m
}()

// germanLetters is how German speakers write umlauts where only ASCII goes.
var germanLetters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

// ukrainianLetters are the letters that Ukrainian reads unlike Russian.
var ukrainianLetters = strings.NewReplacer("и", "y", "г", "h")

// greekPairs are the digraphs that read as one sound.
var greekPairs = strings.NewReplacer("ου", "ou", "ού", "ou", "ευ", "ev", "αυ", "av", "μπ", "b", "γγ", "ng", "γκ", "gk")

// slug returns the a-z form of a name for the local part of an address;
// whatever has no such form (marks, spaces, apostrophes) is left out.
func slug(name string) string {
	var b strings.Builder
	for _, r := range greekPairs.Replace(strings.ToLower(name)) {
		if r >= 'a' && r <= 'z' {
			b.WriteRune(r)
		} else {
			b.WriteString(letters[r])
		}
	}
	return b.String()
}
