package history

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSlowerThanNoise(t *testing.T) {
	steady := []float64{20, 20.2, 19.9, 20.1, 20, 20.3, 19.8, 20, 20.1, 20}
	for name, c := range map[string]struct {
		before []float64
		now    float64
		slower bool
		limit  float64
	}{
		"as ever":                      {steady, 20.4, false, 22},
		"a tenth is noise":             {steady, 21.9, false, 22},
		"more than a tenth":            {steady, 22.1, true, 22},
		"half a second is noise":       {[]float64{0.2, 0.2, 0.2, 0.2, 0.2}, 0.69, false, 0.7},
		"more than half a second":      {[]float64{0.2, 0.2, 0.2, 0.2, 0.2}, 0.75, true, 0.7},
		"it has always varied":         {[]float64{10, 20, 30, 20, 10, 30, 20, 25, 15, 20}, 42, false, 20 + 3*1.4826*5},
		"one bad night widens nothing": {append([]float64{90}, steady[1:]...), 25, true, 22.055},
		"faster":                       {steady, 5, false, 22},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newClock()
			var before []Night
			for _, seconds := range c.before {
				before = append(before, night(clock, seconds))
			}
			trend := Trend(before, night(clock, c.now))
			deploy := trend[0]
			require.Equal(t, "deploy", deploy.Name)
			require.False(t, deploy.Latency)
			require.Equal(t, c.slower, deploy.Slower)
			require.InDelta(t, c.limit, *deploy.Limit, 1e-9)
			require.Len(t, deploy.Points, len(c.before)+1)
			require.Equal(t, Point{clock.now, c.now}, deploy.Points[len(c.before)])
			require.True(t, trend[1].Latency)
			require.False(t, trend[1].Slower)
		})
	}
}

func TestOnlyTheLastTenNightsCount(t *testing.T) {
	clock := newClock()
	var before []Night
	for range 10 {
		before = append(before, night(clock, 60))
	}
	for range 10 {
		before = append(before, night(clock, 20))
	}
	deploy := Trend(before, night(clock, 30))[0]
	require.Len(t, deploy.Points, 11)
	require.True(t, deploy.Slower)
}

// TestTooFewNights: nobody can tell noise by four of them.
func TestTooFewNights(t *testing.T) {
	clock := newClock()
	var before []Night
	for range 4 {
		before = append(before, night(clock, 20))
	}
	failed := Night{Time: clock.night()} // its deploy failed: it says nothing
	deploy := Trend(append(before, failed), night(clock, 300))[0]
	require.Len(t, deploy.Points, 5)
	require.Nil(t, deploy.Limit)
	require.False(t, deploy.Slower)

	before = append(before, night(clock, 20))
	require.True(t, Trend(before, night(clock, 300))[0].Slower)
	require.Empty(t, Trend(before, failed), "a step that did not pass has no trend")
}
