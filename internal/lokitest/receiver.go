package lokitest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
)

// receiver stands in for Alertmanager, and keeps the alarms of each tenant.
type receiver struct {
	mu      sync.Mutex
	alarms  map[string]map[string]Alarm // tenant, then fingerprint
	marks   map[mark]bool
	changed chan struct{}
}

// mark is a rule of ours, see known and judged, of which a tenant's alarm has come.
type mark struct{ tenant, rule string }

func newReceiver() *receiver {
	return &receiver{alarms: map[string]map[string]Alarm{}, marks: map[mark]bool{}, changed: make(chan struct{})}
}

// ServeHTTP takes what Loki posts to /api/v2/alerts.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	var alarms []Alarm
	if err := json.NewDecoder(request.Body).Decode(&alarms); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range alarms {
		r.add(a)
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *receiver) add(a Alarm) {
	tenant := a.Labels[tenantLabel]
	delete(a.Labels, tenantLabel)
	if name := a.Labels["alertname"]; name == known || name == judged {
		r.marks[mark{tenant, name}] = true
		return
	}
	if r.marks[mark{tenant, judged}] {
		return // of a later moment
	}
	if r.alarms[tenant] == nil {
		r.alarms[tenant] = map[string]Alarm{}
	}
	r.alarms[tenant][fmt.Sprint(a.Labels)] = a
}

// wait returns a tenant's alarms so far, by their labels, once that of the rule of ours
// has come.
func (r *receiver) wait(ctx context.Context, tenant, rule string) (map[string]Alarm, error) {
	for {
		r.mu.Lock()
		alarms, done, changed := r.alarms[tenant], r.marks[mark{tenant, rule}], r.changed
		r.mu.Unlock()
		if done {
			return alarms, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the alarm %s of tenant %s: %w", rule, tenant, ctx.Err())
		}
	}
}
