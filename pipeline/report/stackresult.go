package report

// LogProof is the result of an item of the step logs: a line that a pod wrote
// was found again.
type LogProof struct {
	// Query is the LogQL that found it, without what makes the line unique.
	Query string `json:"query"`
	// Labels are those of the line.
	Labels map[string]string `json:"labels"`
	// Seconds are from the writing of the line to its finding.
	Seconds float64 `json:"seconds"`
}

// Usage is the result of the step panels as a whole: what the releases use
// while nothing happens.
type Usage struct {
	Releases []ReleaseUsage `json:"releases"`
	// Budget is what all of them together may use.
	Budget *Budget `json:"budget" jsonschema:"nullable"`
}

// ReleaseUsage is what the pods of one release use.
type ReleaseUsage struct {
	Name        string  `json:"name"`
	Namespace   string  `json:"namespace"`
	Pods        int     `json:"pods" jsonschema:"minimum=0"`
	MemoryBytes float64 `json:"memory_bytes" jsonschema:"minimum=0"`
	// MemoryLimitBytes is the sum of the limits, 0 if a container has none.
	MemoryLimitBytes float64 `json:"memory_limit_bytes,omitempty" jsonschema:"minimum=0"`
	CPUCores         float64 `json:"cpu_cores" jsonschema:"minimum=0"`
}

// Budget is how much may be used.
type Budget struct {
	MemoryBytes float64 `json:"memory_bytes" jsonschema:"minimum=0"`
	CPUCores    float64 `json:"cpu_cores" jsonschema:"minimum=0"`
}
