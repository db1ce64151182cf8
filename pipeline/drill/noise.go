package drill

import (
	"errors"
	"fmt"
	"slices"
)

// listen finds alarms that fire without any running drill's announcing them,
// and holds them against whoever may have set them off: the drills that
// disturb the namespace of the alarm's label or else, or when there is none,
// all that run. An alarm counts once as long as it fires.
func (w *watch) listen() {
	fires := map[string]bool{}
	for _, a := range w.alarms {
		if a.alarm.State != "firing" || a.rule == watchdog || w.foreign(a) {
			continue
		}
		key := a.by + " " + name(a.rule, a.alarm.Labels)
		fires[key] = true
		if w.known[key] || slices.ContainsFunc(w.running, func(x *watched) bool { return x.announces(a) }) {
			continue
		}
		if len(w.running) > 0 {
			w.known[key] = true
		}
		for _, x := range w.blamed(a) {
			x.noise = addSeen(x.noise, a)
		}
	}
	for key := range w.known {
		// Who does not answer has not ended his alarms.
		if !fires[key] && !w.silent() {
			delete(w.known, key)
		}
	}
}

// foreign tells whether the alarm is of a part of the cluster that no drill
// touches: on a cluster that others use too, it is none of the drills' business.
func (w *watch) foreign(a active) bool {
	return w.namespace != "" && a.alarm.Labels["namespace"] != w.namespace
}

func (w *watch) silent() bool {
	for _, err := range w.answered {
		if err != nil {
			return true
		}
	}
	return false
}

func (w *watch) blamed(a active) []*watched {
	namespace := a.alarm.Labels["namespace"]
	var some []*watched
	for _, x := range w.running {
		if namespace != "" && x.drill.disturbsNamespace(namespace) {
			some = append(some, x)
		}
	}
	if len(some) == 0 {
		return w.running
	}
	return some
}

// err is what fails the drill of what was seen.
func (x watched) err() error {
	var errs []error
	for _, n := range x.noise {
		errs = append(errs, fmt.Errorf("noise: an alarm fired that no drill announced: %s; name it under also if the fault must set it off, else mend what did", n.told()))
	}
	for _, f := range x.flaps {
		what := fmt.Sprintf("the alarm flaps: by way %s, %s ended at %s", f.Way, name(x.drill.Rule, f.Labels), clock(f.Ended))
		if f.Again == nil {
			what += ", before the repair began"
		} else {
			what += ", and fired again at " + clock(*f.Again)
		}
		errs = append(errs, errors.New(what))
	}
	return errors.Join(errs...)
}
