package people

import "strings"

func asNames(text string) []name {
	var names []name
	for word := range strings.FieldsSeq(text) {
		names = append(names, name{word, word, slug(word)})
	}
	return names
}

// rareFamilies are held by about fifteen people in a million each.
var rareFamilies = asNames(`Featherstonehaugh Worcestershaw Quillfeather Zwingelberg Hollingberry Ravensdorf Tattersby Oxenbridge Wigglesworth
Nithercott Kjeldahl Vandermolen Yarborough Uxbridge Zuckerhorn Quarrington Fotheringay Birdwhistle Drinkwater Gotobed Nightingale
Pennyfeather Sackville Threlkeld Umfreville Venables Wolstenholme Youngblood Zephyrine Ampleforth Bickersteth Chillingham Dalrymple
Eglantine Fauntleroy Gilderdale Heatherington Inglethorpe Jellicoe Kirkbride Lillywhite Micklethwait Netherwood Osbaldeston Peasgood
Quartermaine Ridgewick Shufflebottom Twistleton Underhay Vavasour Willoughby Yelverton Zeppelberg Abercrombie Blenkinsop Clutterbuck
Dumbleford Eddowes Fiennesworth Gathercole Hepplewhite Ironmonger Jarndell Kettleborough Longbottom Mountjoy Nettleship Oglethorpe
Pinkerby Quibell Raspberryn Snodgrassen Tallentire Urquhart Velvetine Wintersgill Yaxley Zetterlund Akerblade Bottomley Crumplehorn
Dinglewood Eaglesham Flintoffen Goodenough Hogglestock Illingworth Jobberns Knatchbull Lackadale Merriweather Newbiggin Orpwood
Pollexfen Quennell Ruddlesdon Smallpiece Toogood Unwinder Vigursby Wildgoose Yeoward Zouchefield`)

// composedFamilies are English place-like names, the long tail of a directory.
var composedFamilies = func() []name {
	var b strings.Builder
	for first := range strings.FieldsSeq("Alder Ash Ban Beck Birch Black Brad Bram Brook Burn Clay Cran Dal Den East Elm Fair Fen Glen Gold Hal Hart Hazel Hol Kel Lang Lin Mal Mill Nor Oak Pen Rad Red Sel Stan Ston Thorn Wake Wes Whit Win Wood") {
		for last := range strings.FieldsSeq("bourne bridge bury by combe croft dale den field ford gate ham hurst ley low mere more ridge shaw ton wick worth") {
			b.WriteString(first + last + " ")
		}
	}
	return asNames(b.String())
}()

var nicknameWords = strings.Fields("Sunny Kit Ace Red Max Pixie Coach Doc Chip Sky Jazz River Robin Bee Mo Teddy Lou Jules Fox Sparky Nova Ziggy Birdie Koda Pepper Maple Skip Juno Olive Finch")

var nicknameEmoji = []string{"🌻", "🚀", "🦊", "☕", "🐝", "🎧", "🌈", "⚡", "🐙", "🍀", "👩🏽‍💻", "🧑‍🚀"}

// nickname returns what a person would let customers see: a first name, a first
// name with an initial, a word, or (one in a hundred) something with an emoji.
func nickname(r *rng, first, last name) string {
	switch n := r.below(100); {
	case n < 40:
		return first.latin
	case n < 75:
		return first.latin + " " + strings.ToUpper(last.slug[:1]) + "."
	case n < 99:
		return nicknameWords[r.below(len(nicknameWords))]
	default:
		return first.latin + " " + nicknameEmoji[r.below(len(nicknameEmoji))]
	}
}

var (
	serviceSystems = strings.Fields("Billing Webhook Calendar Ticket Inventory Payroll Catalogue Loyalty Shipping Survey Identity Warehouse Chat Email Analytics Backup Translation Routing Archive Directory")
	serviceJobs    = strings.Fields("Sync Relay Connector Importer Exporter Bridge Watcher Notifier Scheduler Gateway Indexer Mirror")
)

// fillService names an account that a program signs in with.
func (p *Person) fillService(r *rng) (given, family string) {
	p.GivenName = serviceSystems[r.below(len(serviceSystems))]
	p.FamilyName = serviceJobs[r.below(len(serviceJobs))]
	p.Timezone = "UTC"
	p.ExternalID = "svc-" + digits(r, 6)
	return strings.ToLower(p.GivenName), strings.ToLower(p.FamilyName)
}
