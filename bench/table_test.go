package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

func TestTable(t *testing.T) {
	golden.Equal(t, "testdata/table.txt", table(measured()))
}

// Every doubt about the figures is said beside them.
func TestTableWithDoubts(t *testing.T) {
	m := measured()
	m.Plain[1].Busy = 1.4
	m.LeftOut = []LeftOut{{What: "drill disk-full", Why: "plain.sh knows no fault but scale"}}
	text := table(m)
	golden.Equal(t, "testdata/doubts.txt", text)
	require.NotContains(t, table(measured()), "Warning")
}

func measured() Measured {
	ours := func(cluster, drill float64) Run {
		return Run{
			Seconds: cluster + drill + 20,
			Steps:   []Part{{"machine", 1.84}, {"images", 0.7}, {"cluster", cluster}, {"deploy", 6}, {"drill", drill}, {"teardown", 12}},
			Latencies: []Part{
				{"website-down/fault_to_pending", 3.6},
				{"website-down/fault_to_firing", 7.6},
				{"website-down/fault_to_notification", 8.6},
				{"website-down/repair_to_resolved", 3.8},
			},
		}
	}
	plain := func(create float64) Run {
		return Run{
			Seconds:   create + 80,
			Steps:     []Part{{"cluster", create + 16}, {"deploy", 31}, {"drill", 21}, {"teardown", 12}},
			Parts:     []Part{{"cluster/create", create}, {"cluster/images", 16}, {"deploy/inbox", 9}, {"deploy/monitoring", 22}, {"drill/website-down", 21}, {"teardown/delete", 12}},
			Latencies: []Part{{"website-down/fault_to_notification", 9.5}, {"website-down/repair_to_resolved", 4.1}},
		}
	}
	m := Measured{
		Machine:   Machine{Cores: 2, LoadAverage: 0.31},
		Firedrill: []Run{ours(34, 17.5), ours(33, 18), ours(36, 16)},
		Plain:     []Run{plain(30), plain(31), plain(28)},
	}
	m.compare()
	return m
}

func table(m Measured) string {
	var text strings.Builder
	writeTable(&text, m)
	return text.String()
}
