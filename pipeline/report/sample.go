package report

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Graph is what the rule looked at while the drill went on.
type Graph struct {
	Query     string   `json:"query"`
	Threshold *float64 `json:"threshold"`
	Unit      string   `json:"unit,omitempty"`
	Samples   []Sample `json:"samples"`
	// Limit is what the second curve shows, LimitSamples its values.
	Limit        string   `json:"limit,omitempty"`
	LimitSamples []Sample `json:"limit_samples,omitempty"`
}

// Sample is one value over time; a null value is a gap.
type Sample struct {
	Time  time.Time `json:"time"`
	Value *float64  `json:"value"`
}

// NewSample makes a sample. NaN and infinities, which JSON does not have,
// become a gap.
func NewSample(t time.Time, value float64) Sample {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return Sample{Time: t}
	}
	return Sample{Time: t, Value: &value}
}

// Points are samples that are written as [seconds, value]: a dashboard has
// thousands of them.
type Points []Sample

// MarshalJSON implements json.Marshaler.
func (p Points) MarshalJSON() ([]byte, error) {
	list := make([][2]*float64, 0, len(p))
	for _, s := range p {
		at := math.Round(float64(s.Time.UnixNano())/1e6) / 1e3
		list = append(list, [2]*float64{&at, s.Value})
	}
	return json.Marshal(list)
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *Points) UnmarshalJSON(text []byte) error {
	var list [][2]*float64
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	*p = nil
	for i, pair := range list {
		if pair[0] == nil {
			return fmt.Errorf("point %d has no time: want [seconds, value]", i)
		}
		*p = append(*p, Sample{Time: time.UnixMilli(int64(math.Round(*pair[0] * 1e3))).UTC(), Value: pair[1]})
	}
	return nil
}
