package strict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
)

const keys = "name, trees, area, beds, wells, open, rest, signs, notes, colour, height"

// Each text has the mistakes that are listed beside it, and no others.
var mistakes = map[string]struct{ text, want string }{
	"unknown key": {
		"name: a\nfruit: red\n",
		"g.yaml:2:1: fruit: there is no such key; the keys here are: " + keys,
	},
	"mistyped key": {
		"name: a\ntrees:\n  - {knid: b}\n",
		"g.yaml:3:6: trees[0].knid: there is no such key; did you mean kind? The keys here are: kind, near",
	},
	"hidden fields are no keys": {
		"Dir: a\nsecret: b\nfence: {height: 1}\n",
		"g.yaml:1:1: Dir: there is no such key; the keys here are: " + keys + "\n" +
			"g.yaml:2:1: secret: there is no such key; the keys here are: " + keys + "\n" +
			"g.yaml:3:1: fence: there is no such key; the keys here are: " + keys,
	},
	"key twice": {
		"name: a\nopen: true\nname: b\nnotes: {x: 1, x: 2}\n",
		"g.yaml:3:1: name: this key is given twice, first on line 1; leave one of them out\n" +
			"g.yaml:4:15: notes.x: this key is given twice, first on line 4; leave one of them out",
	},
	"key is no text": {
		"signs: {1: a, true: b, ~: c, 1.5: d}\nnotes: [{2: a}]\n",
		`g.yaml:1:9: signs.1: a key must be a text, found the number 1; put it in quotes: "1"` + "\n" +
			`g.yaml:1:15: signs.true: a key must be a text, found true; put it in quotes: "true"` + "\n" +
			`g.yaml:1:24: signs.~: a key must be a text, found ~; put it in quotes: "~"` + "\n" +
			`g.yaml:1:30: signs.1.5: a key must be a text, found the number 1.5; put it in quotes: "1.5"` + "\n" +
			`g.yaml:2:10: notes[0].2: a key must be a text, found the number 2; put it in quotes: "2"`,
	},
	"no list": {"trees: 7\n", "g.yaml:1:8: trees: wanted a list, found the number 7"},
	"text for a list": {
		"trees: [{near: pear}]\n",
		`g.yaml:1:16: trees[0].near: wanted a list, found the text "pear"; write it as a list: [pear]`,
	},
	"no keys": {
		"trees: [apple, [pear], ~]\nsigns: a\n",
		`g.yaml:1:9: trees[0]: wanted keys with values (kind, near), found the text "apple"` + "\n" +
			"g.yaml:1:16: trees[1]: wanted keys with values (kind, near), found a list\n" +
			"g.yaml:1:24: trees[2]: the item is empty; wanted keys with values (kind, near)\n" +
			`g.yaml:2:8: signs: wanted keys with values, found the text "a"`,
	},
	"no text": {
		"name: 1.10\nsigns: {a: true, b: [c], d: {e: f}}\n",
		`g.yaml:1:7: name: wanted a text, found the number 1.10; put it in quotes: "1.10"` + "\n" +
			`g.yaml:2:12: signs.a: wanted a text, found true; put it in quotes: "true"` + "\n" +
			"g.yaml:2:21: signs.b: wanted a text, found a list\n" +
			"g.yaml:2:29: signs.d: wanted a text, found keys with values",
	},
	"no number": {
		"area: wide\nbeds: 1.5\nwells: two\nheight: \"3\"\n",
		`g.yaml:1:7: area: wanted a number, found the text "wide"` + "\n" +
			"g.yaml:2:7: beds: wanted a whole number, found the number 1.5\n" +
			`g.yaml:3:8: wells: wanted a whole number, found the text "two"` + "\n" +
			`g.yaml:4:9: height: wanted a whole number, found the text "3"; leave the quotes out`,
	},
	"number out of range": {
		"beds: 128\nwells: -1\nheight: 18446744073709551615\n",
		"g.yaml:1:7: beds: wanted a whole number, found the number 128; it is out of range\n" +
			"g.yaml:2:8: wells: wanted a whole number, found the number -1; it is out of range\n" +
			"g.yaml:3:9: height: wanted a whole number, found the number 18446744073709551615; it is out of range",
	},
	"no truth value": {"open: yes\n", `g.yaml:1:7: open: wanted true or false, found the text "yes"`},
	"quoted truth":   {"open: \"true\"\n", `g.yaml:1:7: open: wanted true or false, found the text "true"; leave the quotes out`},
	"no duration":    {"rest: 90\n", "g.yaml:1:7: rest: wanted a duration such as 90s or 1m30s, found the number 90"},
	"bad duration":   {"rest: a while\n", `g.yaml:1:7: rest: wanted a duration such as 90s or 1m30s, found the text "a while"`},
	"long text": {
		"open: |\n  " + "0123456789012345678901234567890123456789 and more\n",
		`g.yaml:1:7: open: wanted true or false, found the text "0123456789012345678901234567890123456789…"`,
	},
	"tag":       {"name: !!str 7\n", "g.yaml:1:7: name: tags such as !!str are not taken; leave it out"},
	"no anchor": {"name: *a\n", "g.yaml:1:7: name: there is no anchor &a; a text that begins with * needs quotes"},
	"alias":     {"area: &a x\nbeds: *a\n", "g.yaml:1:7: area: wanted a number, found the text \"x\"\ng.yaml:2:7: beds: wanted a whole number, found the text \"x\""},
	"merged key": {"notes: &a {x: y}\ntrees:\n- <<: *a\n- <<: z\n", "g.yaml:1:12: trees[0].x: there is no such key; the keys here are: kind, near\n" +
		`g.yaml:4:7: trees[1].<<: wanted keys with values to take over, found the text "z"`},
	"whole file":  {"- a\n", "g.yaml:1:1: wanted keys with values (" + keys + "), found a list"},
	"tab":         {"name:\n\t- a\n", "g.yaml:2:1: this is not YAML: a tab cannot indent; use spaces"},
	"broken YAML": {"name: [a\n", "g.yaml:1:7: this is not YAML: sequence end token ']' not found"},
	"second document": {
		"name: a\n---\nname: b\n",
		"g.yaml:3:1: a second YAML document starts here; one file holds one document",
	},
	"empty":         {"  \n", "g.yaml:1:1: the file is empty"},
	"only comments": {"# nothing\n", "g.yaml:1:1: the file holds nothing but comments"},
	"only a marker": {"---\n# nothing\n", "g.yaml:1:1: the file holds nothing but comments"},
	"only null":     {"~\n", "g.yaml:1:1: the file holds nothing but null"},
}

func TestMistakes(t *testing.T) {
	for name, c := range mistakes {
		t.Run(name, func(t *testing.T) {
			var g garden
			_, err := strict.Parse("g.yaml", []byte(c.text), &g)
			require.EqualError(t, err, c.want)
		})
	}
}
