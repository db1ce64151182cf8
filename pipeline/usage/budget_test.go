package usage_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/strict"
	"firedrill/pipeline/usage"
)

func budget(t *testing.T, text string) (usage.Budget, error) {
	t.Helper()
	var file struct {
		Budget usage.Budget `yaml:"budget"`
	}
	parsed, err := strict.Parse("firedrill.yaml", []byte(text), &file)
	require.NoError(t, err)
	file.Budget.Check(parsed, "budget")
	return file.Budget, parsed.Err()
}

func TestBudgetIsRead(t *testing.T) {
	for text, want := range map[string][2]float64{
		"budget: {memory: 3Gi, cpu: 500m}":  {3 << 30, .5},
		"budget: {memory: 1000000}":         {1e6, 0},
		"budget: {cpu: 0.5}":                {0, .5},
		"budget: {memory: \"3G\", cpu: 2k}": {3e9, 2000},
	} {
		b, err := budget(t, text)
		require.NoError(t, err, text)
		require.Equal(t, want, [2]float64{b.Memory.Value, b.CPU.Value}, text)
	}
}

func TestABadBudgetIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"budget: {memory: lots}":  `firedrill.yaml:1:18: budget.memory: "lots" is not an amount; write one as Kubernetes does, such as 3Gi, 500m or 0.5`,
		"budget: {cpu: -1}":       `firedrill.yaml:1:15: budget.cpu: "-1" is not an amount; write one as Kubernetes does, such as 3Gi, 500m or 0.5`,
		"budget: {memory: [3Gi]}": `budget.memory: "[3Gi]" is not an amount`,
		"budget: {}":              "budget: says nothing; give memory, such as 3Gi, or cpu, such as 500m",
	} {
		_, err := budget(t, text)
		require.ErrorContains(t, err, want)
	}
}

func TestExceeded(t *testing.T) {
	const mi = 1 << 20
	b, err := budget(t, "budget: {memory: 3Gi, cpu: 500m}")
	require.NoError(t, err)
	u := usage.Usage{
		Releases: []usage.Use{
			{Namespace: "demo", MemoryBytes: 512 * mi},
			{Release: "demo", Namespace: "demo", MemoryBytes: 90 * mi, CPUCores: .1},
			{Release: "inbox", Namespace: "monitoring", MemoryBytes: 20 * mi},
			{Release: "monitoring", Namespace: "monitoring", MemoryBytes: 2000 * mi, CPUCores: .3},
		},
		Total: usage.Use{MemoryBytes: 2622 * mi, CPUCores: .4},
	}
	require.NoError(t, b.Exceeded(u))
	require.NoError(t, usage.Budget{}.Exceeded(u), "without a bound, anything is within")

	u.Total = usage.Use{MemoryBytes: 4000 * mi, CPUCores: .625, Unmeasured: []string{"demo/api-1"}}
	require.EqualError(t, b.Exceeded(u), `Prometheus has no metrics of demo/api-1: look at the scrapes of the kubelet (job cadvisor)
the releases use 4000 MiB of memory; the budget is 3Gi; most use monitoring 2000 MiB, pods of no release in namespace demo 512 MiB, demo 90 MiB
the releases use 0.62 cores; the budget is 500m; most use monitoring 0.30 cores, demo 0.10 cores, pods of no release in namespace demo 0.00 cores`)
}
