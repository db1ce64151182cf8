package drill

import (
	"fmt"
	"slices"
	"strings"
)

// forgotten fails a drill that breaks Alertmanager while the alarm fires, and is told
// of the alarm once more. One that has kept what it notified of does not repeat it.
// One that has not tells of the end, too, but only because it was told of the alarm
// again in time.
func (r *run) forgotten() error {
	if len(r.drill.During) == 0 || !slices.Contains(r.drill.Disturbs, keyAlertmanager) {
		return nil
	}
	for _, d := range r.result.Duplicates {
		if name, _, _ := strings.Cut(d.Receiver, "@"); d.Status != "firing" || name != receiverOf(WayPrometheus) {
			continue
		}
		return fmt.Errorf("Alertmanager has forgotten what it had notified of: it sent %s to %s by %s %d times; look at its volume and its log",
			join(d.Alarms), d.Receiver, d.Channel, d.Count)
	}
	return nil
}
