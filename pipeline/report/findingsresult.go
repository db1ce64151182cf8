package report

// Findings is the result of the step scan as a whole.
type Findings struct {
	Critical int `json:"critical" jsonschema:"minimum=0"`
	High     int `json:"high" jsonschema:"minimum=0"`
	Medium   int `json:"medium" jsonschema:"minimum=0"`
	Low      int `json:"low" jsonschema:"minimum=0"`
	// New are those that the scan before did not find.
	New      int `json:"new" jsonschema:"minimum=0" jsonschema_description:"Not found by the scan before; 0 if there was none."`
	Excepted int `json:"excepted" jsonschema:"minimum=0" jsonschema_description:"Found and let be, by the policy's word; not counted elsewhere."`
	// Scores are in percent.
	Scores []Score `json:"scores,omitempty"`
	Gates  []Gate  `json:"gates,omitempty"`
	// List has all of them, the gravest first.
	List []Finding `json:"list,omitempty"`
}

// Score is how much of a framework's checks the cluster passes.
type Score struct {
	Of      string  `json:"of"`
	Percent float64 `json:"percent" jsonschema:"minimum=0,maximum=100" jsonschema_description:"Of the controls that were looked at, exceptions counting as passed."`
	Plain   float64 `json:"plain" jsonschema:"minimum=0,maximum=100" jsonschema_description:"Without exceptions."`
	// Looked is how many of the Controls were looked at; both are 0 where the
	// scanner counts none.
	Looked   int `json:"looked,omitempty" jsonschema:"minimum=0"`
	Controls int `json:"controls,omitempty" jsonschema:"minimum=0"`
}

// Gate is what the findings may be at most, or a score at least.
type Gate struct {
	Gate    string `json:"gate"`
	Found   string `json:"found"`
	Outcome string `json:"outcome" jsonschema:"enum=passed,enum=failed,enum=not checked"`
}

// Finding is one weakness of one object.
type Finding struct {
	Severity string   `json:"severity" jsonschema:"enum=critical,enum=high,enum=medium,enum=low"`
	Weakness string   `json:"weakness"`
	By       []string `json:"by" jsonschema_description:"The scanners that found it."`
	Object   string   `json:"object"`
	Where    string   `json:"where" jsonschema_description:"File and line, or the object."`
	Message  string   `json:"message"`
	Fix      string   `json:"fix,omitempty"`
	New      bool     `json:"new"`
	// Exception is why it is let be; empty for most.
	Exception string `json:"exception,omitempty"`
}
