package report

import (
	"math"
	"strings"
)

// scale is a unit that takes prefixes: a value times factor, in steps of base.
type scale struct {
	factor, base float64
	prefixes     []string
	suffix       string
}

var (
	shortPrefixes = []string{"", " k", " M", " G", " T", " P"}
	siPrefixes    = []string{" ", " k", " M", " G", " T", " P"}
	iecPrefixes   = []string{" ", " Ki", " Mi", " Gi", " Ti", " Pi"}
)

// scales holds the units with prefixes by their ids.
var scales = map[string]scale{
	"":        {1, 1000, shortPrefixes, ""},
	"short":   {1, 1000, shortPrefixes, ""},
	"bytes":   {1, 1024, iecPrefixes, "B"},
	"kbytes":  {1 << 10, 1024, iecPrefixes, "B"},
	"mbytes":  {1 << 20, 1024, iecPrefixes, "B"},
	"gbytes":  {1 << 30, 1024, iecPrefixes, "B"},
	"bits":    {1, 1024, iecPrefixes, "b"},
	"binBps":  {1, 1024, iecPrefixes, "B/s"},
	"binbps":  {1, 1024, iecPrefixes, "b/s"},
	"decbits": {1, 1000, siPrefixes, "b"}, "decbytes": {1, 1000, siPrefixes, "B"},
	"Bps": {1, 1000, siPrefixes, "B/s"}, "bps": {1, 1000, siPrefixes, "b/s"},
	"hertz": {1, 1000, siPrefixes, "Hz"}, "watt": {1, 1000, siPrefixes, "W"}, "volt": {1, 1000, siPrefixes, "V"},
	"reqps": {1, 1000, siPrefixes, "req/s"}, "cps": {1, 1000, siPrefixes, "c/s"}, "ops": {1, 1000, siPrefixes, "ops/s"},
	"rps": {1, 1000, siPrefixes, "rd/s"}, "wps": {1, 1000, siPrefixes, "wr/s"}, "iops": {1, 1000, siPrefixes, "io/s"},
	"eps": {1, 1000, siPrefixes, "evt/s"}, "mps": {1, 1000, siPrefixes, "msg/s"}, "recps": {1, 1000, siPrefixes, "rec/s"}, "rowsps": {1, 1000, siPrefixes, "rows/s"},
	"reqpm": {1, 1000, siPrefixes, "req/min"}, "cpm": {1, 1000, siPrefixes, "c/min"}, "opm": {1, 1000, siPrefixes, "ops/min"},
	"rpm": {1, 1000, siPrefixes, "rd/min"}, "wpm": {1, 1000, siPrefixes, "wr/min"}, "epm": {1, 1000, siPrefixes, "evt/min"},
}

func (u unit) scale() (scale, bool) {
	if suffix, ok := strings.CutPrefix(u.id, "si:"); ok {
		return scale{1, 1000, siPrefixes, suffix}, true
	}
	s, ok := scales[u.id]
	return s, ok
}

// power is the prefix that leaves a number below the base.
func (s scale) power(v float64) int {
	n := 0
	for v = math.Abs(v * s.factor); v >= s.base && n < len(s.prefixes)-1; n++ {
		v /= s.base
	}
	return n
}
