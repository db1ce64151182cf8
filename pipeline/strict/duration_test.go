package strict_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
)

type wait struct {
	Within strict.Duration `yaml:"within" json:"within,omitzero"`
	Rest   string          `yaml:"rest" json:"-"`
}

const right = "; write a number with a unit (ms, s, m or h), such as 30s or 1m30s"

func TestDuration(t *testing.T) {
	tests := map[string]struct {
		text    string
		want    time.Duration
		problem string
	}{
		"plain":        {"within: 90s", 90 * time.Second, ""},
		"quoted":       {`within: "1m30s"`, 90 * time.Second, ""},
		"an alias":     {"rest: &it 90s\nwithin: *it", 90 * time.Second, ""},
		"an anchor":    {"within: &it 90s\nrest: *it", 90 * time.Second, ""},
		"not given":    {"rest: x", 0, "is missing" + right},
		"null":         {"within:\nrest: x", 0, "is missing" + right},
		"empty":        {`within: ""`, 0, `"" is not a duration` + right},
		"without unit": {"within: 30", 0, `"30" is not a duration` + right},
		"a list":       {"within: [30s]", 0, `"[30s]" is not a duration` + right},
		"none":         {"within: 0s", 0, `"0s" leaves no time` + right},
		"negative":     {"within: -1m", -time.Minute, `"-1m" leaves no time` + right},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var v wait
			_, err := strict.Parse("wait.yaml", []byte(test.text), &v)
			require.NoError(t, err, "a wrong one does not end the reading")
			require.Equal(t, test.problem, v.Within.Problem())
			require.Equal(t, test.want, v.Within.Duration)
			require.Equal(t, name != "not given" && name != "null", v.Within.Given())
		})
	}
}

func TestDurationOrTheStandard(t *testing.T) {
	require.Equal(t, time.Minute, strict.Duration{}.Or(time.Minute))
	require.Equal(t, time.Second, strict.Duration{Duration: time.Second}.Or(time.Minute))
}

func TestDurationIsWrittenAsItIsRead(t *testing.T) {
	text, err := json.Marshal([]wait{{Within: strict.Duration{Duration: 90 * time.Second}}, {}})
	require.NoError(t, err)
	require.JSONEq(t, `[{"within": "1m30s"}, {}]`, string(text))
}
