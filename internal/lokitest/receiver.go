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
	judged  map[string]bool
	changed chan struct{}
}

func newReceiver() *receiver {
	return &receiver{alarms: map[string]map[string]Alarm{}, judged: map[string]bool{}, changed: make(chan struct{})}
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
	if a.Labels["alertname"] == judged {
		r.judged[tenant] = true
		return
	}
	if r.judged[tenant] {
		return // of a later moment
	}
	if r.alarms[tenant] == nil {
		r.alarms[tenant] = map[string]Alarm{}
	}
	r.alarms[tenant][fmt.Sprint(a.Labels)] = a
}

// wait returns a tenant's alarms, by their labels, once it has been judged.
func (r *receiver) wait(ctx context.Context, tenant string) (map[string]Alarm, error) {
	for {
		r.mu.Lock()
		alarms, done, changed := r.alarms[tenant], r.judged[tenant], r.changed
		r.mu.Unlock()
		if done {
			return alarms, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait until Loki has judged the rules of tenant %s: %w", tenant, ctx.Err())
		}
	}
}
