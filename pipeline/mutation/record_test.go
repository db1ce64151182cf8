package mutation

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/server"
)

// clock is a Prometheus whose one mutant fires from its third second until its
// tenth, and again in its fourteenth, and which cannot be asked in its sixth.
type clock struct{ began time.Time }

func (c clock) Series(context.Context, string) ([]server.Labelled, error) {
	switch s := time.Since(c.began) / time.Second; {
	case s == 6:
		return nil, errors.New("connection refused")
	case s >= 3 && s <= 10 || s == 14:
		return []server.Labelled{{Labels: map[string]string{Label: "M", "namespace": "demo"}, Value: 1}}, nil
	}
	return nil, nil
}

func TestRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 15500*time.Millisecond)
		defer cancel()
		began := time.Now()
		r := Record(ctx, clock{began})
		require.Equal(t, began.Add(15*time.Second), r.Until)
		require.Len(t, r.Series, 1)
		require.Equal(t, "M", r.Series[0].Mutant)
		at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
		require.Equal(t, []Span{{at(3), at(10)}, {at(14), at(14)}}, r.Series[0].Spans, "what could not be asked is unchanged")
	})
}
