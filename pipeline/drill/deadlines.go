package drill

import "time"

// The deadlines when the drill file gives none.
const (
	quietWithin        = time.Minute
	alarmWithin        = 90 * time.Second
	notificationWithin = 30 * time.Second
	repairWithin       = 2 * time.Minute
	endWithin          = 2 * time.Minute
)

// Deadlines are how long the alarm may take to fire after the fault, and to end
// after the repair, with the defaults for what the drill file does not say.
func (d Drill) Deadlines() (alarm, end time.Duration) {
	return d.Within.Alarm.Or(alarmWithin), d.Within.End.Or(endWithin)
}
