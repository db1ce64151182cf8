package report

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestUnits(t *testing.T) {
	now := time.Date(2026, 3, 14, 5, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		id    string
		value float64
		want  string
	}{
		{"", 1536, "1.54 k"},
		{"short", 12e6, "12 M"},
		{"short", 0, "0"},
		{"short", -2500, "-2.5 k"},
		{"none", 12e6, "12000000"},
		{"none", 0.004, "0.004"},
		{"none", 1e300, "1e+300"},
		{"bytes", 0, "0 B"},
		{"bytes", 512, "512 B"},
		{"bytes", 3 << 30, "3 GiB"},
		{"bytes", 219.4 * (1 << 20), "219 MiB"},
		{"mbytes", 2048, "2 GiB"},
		{"decbytes", 1.25e9, "1.25 GB"},
		{"Bps", 4e6, "4 MB/s"},
		{"binBps", 1 << 20, "1 MiB/s"},
		{"bps", 2e9, "2 Gb/s"},
		{"percent", 37.25, "37.3 %"},
		{"percentunit", 0.3725, "37.3 %"},
		{"percentunit", 1, "100 %"},
		{"s", 0.0042, "4.2 ms"},
		{"s", 0.00001, "10 µs"},
		{"s", 0, "0 s"},
		{"s", 90, "1.5 min"},
		{"s", 7200, "2 h"},
		{"ms", 1500, "1.5 s"},
		{"ms", 12, "12 ms"},
		{"d", 45, "45 d"},
		{"reqps", 12.34, "12.3 req/s"},
		{"reqps", 1200, "1.2 kreq/s"},
		{"cps", 2, "2 c/s"},
		{"ops", 0.25, "0.25 ops/s"},
		{"si:cores", 0.31, "0.31 cores"},
		{"suffix:cores", 2, "2 cores"},
		{"prefix:v", 3, "v3"},
		{"celsius", 21.5, "21.5 °C"},
		{"locale", 1234567, "1,234,567"},
		{"bool_yes_no", 1, "Yes"},
		{"bool_yes_no", 0, "No"},
		{"bool_on_off", 0, "Off"},
		{"dateTimeFromNow", float64(now.Add(-5 * time.Minute).UnixMilli()), "5 minutes ago"},
		{"dateTimeAsIso", float64(now.UnixMilli()), "2026-03-14 05:30:00"},
		{"lengthkm", 3, "3 lengthkm"},
	} {
		require.Equal(t, c.want, unit{id: c.id, now: now}.format(c.value), "%s of %g", c.id, c.value)
	}
	require.Equal(t, "37.0 %", unit{id: "percentunit", decimals: ptr(1)}.format(0.37))
	require.Equal(t, "2.00 KiB", unit{id: "bytes", decimals: ptr(2)}.format(2048))
}

func TestAxisIsRoundInItsUnit(t *testing.T) {
	for _, c := range []struct {
		id   string
		high float64
		want []string
	}{
		{"bytes", 1000 << 20, []string{"0 B", "250 MiB", "500 MiB", "750 MiB", "1000 MiB"}},
		{"s", 300, []string{"0 s", "2 min", "4 min", "6 min"}},
		{"percentunit", 1, []string{"0 %", "25 %", "50 %", "75 %", "100 %"}},
	} {
		var got []string
		u := unit{id: c.id}
		for _, v := range newAxis(0, c.high, u.step(c.high)).values() {
			got = append(got, u.format(v))
		}
		require.Equal(t, c.want, got, c.id)
	}
	for id := range scales {
		require.False(t, math.IsNaN(unit{id: id}.step(0)), id)
	}
}
