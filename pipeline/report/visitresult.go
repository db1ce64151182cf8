package report

import (
	"fmt"
	"strings"
)

// Visits is what somebody saw who asked for an app by its name while a drill
// lasted.
type Visits struct {
	URL      string `json:"url"`
	Requests int    `json:"requests" jsonschema:"minimum=0"`
	Failed   int    `json:"failed" jsonschema:"minimum=0" jsonschema_description:"Requests without the right answer by a right certificate; one fails the drill."`
	// Certificates are serial numbers.
	Certificates []string `json:"certificates" jsonschema:"nullable" jsonschema_description:"Serial numbers of the certificates that were shown, in their order."`
}

// String says it in one line.
func (v Visits) String() string {
	failed := "none failed"
	if v.Failed > 0 {
		failed = fmt.Sprintf("%d FAILED", v.Failed)
	}
	return fmt.Sprintf("%s for %s, %s; %s: %s", plural(v.Requests, "request"), cleanLine(v.URL), failed,
		plural(len(v.Certificates), "certificate"), cleanLine(strings.Join(v.Certificates, ", ")))
}

// visitLines are what was seen of the apps that somebody asked for all the time.
func visitLines(m *Model) []string {
	var list []string
	for _, o := range heldDrills(m) {
		if v := o.Result.Visits; v != nil {
			list = append(list, cleanLine(o.Name)+": "+v.String())
		}
	}
	return list
}
