package channels

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"firedrill/pipeline/grafana"
)

// Grafana sends through Grafana's contact points, by its own test of them. It
// knows their passwords by their uids.
type Grafana struct{ grafana.Server }

// contact is a contact point, which Grafana's API calls a receiver.
type contact struct {
	Name    string           `json:"name"`
	Configs []map[string]any `json:"grafana_managed_receiver_configs"`
}

const configPath = "/api/alertmanager/grafana/config/api/v1/"

// Send implements Sender.
func (g Grafana) Send(ctx context.Context, summary string) ([]Result, error) {
	var config struct {
		Alertmanager struct {
			Receivers []contact `json:"receivers"`
		} `json:"alertmanager_config"`
	}
	if err := g.ask(ctx, http.MethodGet, configPath+"alerts", nil, &config); err != nil {
		return nil, err
	}
	contacts := config.Alertmanager.Receivers
	request := map[string]any{"receivers": contacts, "alert": map[string]any{
		"labels":      map[string]string{"alertname": Alertname, "drill": "true", "severity": "info"},
		"annotations": map[string]string{"summary": summary, "description": "Sent by `firedrill channels test`."},
	}}
	var answer struct {
		Receivers []contact `json:"receivers"`
	}
	if err := g.ask(ctx, http.MethodPost, configPath+"receivers/test", request, &answer); err != nil {
		return nil, err
	}
	return delivered(contacts, answer.Receivers), nil
}

// delivered has a result for each integration of each contact point, also for
// those of which the answer says nothing.
func delivered(contacts, answers []contact) []Result {
	said := map[string]map[string]any{}
	for _, a := range answers {
		for _, c := range a.Configs {
			said[fmt.Sprint(c["uid"])] = c
		}
	}
	var all []Result
	for _, contact := range contacts {
		for _, c := range contact.Configs {
			if c["uid"] == "" { // Grafana's own default, which nobody has configured
				continue
			}
			r := Result{By: "grafana", Receiver: contact.Name, Integration: fmt.Sprint(c["type"])}
			a, known := said[fmt.Sprint(c["uid"])]
			switch {
			case !known:
				r.Problem = "Grafana's answer says nothing of it"
			case a["status"] == "ok":
				r.Delivered = true
			default:
				r.Problem = fmt.Sprint(a["error"])
			}
			all = append(all, r)
		}
	}
	return all
}

// ask asks Grafana. Its test of receivers answers with other statuses than 200
// when some or all of them failed, with the same body.
func (g Grafana) ask(ctx context.Context, method, path string, body, into any) error {
	answer, status, err := g.Ask(ctx, method, path, body)
	if err != nil {
		return err
	}
	failed := status >= http.StatusBadRequest && !bytes.Contains(answer, []byte(`"receivers"`))
	if failed || json.Unmarshal(answer, into) != nil {
		return fmt.Errorf("Grafana: %s %s: %d %s: %s", method, path, status, http.StatusText(status), answer[:min(len(answer), 200)])
	}
	return nil
}
