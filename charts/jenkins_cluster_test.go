package charts_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// right is to do one thing with one resource, or one object of it if there is a
// name: in a namespace, as Kubernetes judges a request.
type right struct{ namespace, verb, resource, name string }

// String is `verb resource name in namespace`.
func (r right) String() string {
	return strings.Join([]string{r.verb, r.resource, r.name, "in", r.namespace}, " ")
}

var verbs = map[string]string{
	http.MethodGet: "get", http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete",
}

// askedBy is the right that a request takes.
func askedBy(r *http.Request) right {
	asked := right{verb: verbs[r.Method]}
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	group := ""
	if path[0] == "apis" {
		group, path = "."+path[1], path[1:]
	}
	path = path[2:] // api or the group, and its version
	if path[0] == "namespaces" && len(path) > 1 {
		asked.namespace = path[1]
		if len(path) > 2 {
			path = path[2:]
		}
	}
	asked.resource = path[0]
	if len(path) > 1 {
		asked.name = path[1]
	}
	if len(path) > 2 {
		asked.resource += "/" + path[2]
	}
	if asked.name == "" && asked.verb == "get" {
		asked.verb = "list"
	}
	asked.resource += group
	return asked
}

// noForwarding is what it says of forwarded ports.
const noForwarding = "no port is forwarded here"

// ownCluster is an API server with the demo's website and the servers that look
// at it, which answer at once. It does what the rights allow.
type ownCluster struct {
	granted                  []right
	prometheus, alertmanager string // their configuration

	mu       sync.Mutex
	used     []right
	denied   []right
	replicas int32
	records  map[string]json.RawMessage // ConfigMaps
	down     time.Time                  // when the website last went
	notes    []map[string]any           // that inbox has received, or will
}

func newOwnCluster(t *testing.T, granted []right) *ownCluster {
	c := &ownCluster{granted: granted, replicas: 2, records: map[string]json.RawMessage{}}
	c.configure(t)
	return c
}

// RoundTrip answers without a network, so that time is the test's.
func (c *ownCluster) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	c.ServeHTTP(w, r)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}

// listen answers on a network, and says where.
func (c *ownCluster) listen(t *testing.T) string {
	listening := httptest.NewServer(c)
	t.Cleanup(listening.Close)
	return listening.URL
}

// ServeHTTP implements http.Handler.
func (c *ownCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	asked := askedBy(r)
	if !c.allows(asked) {
		w.WriteHeader(http.StatusForbidden)
		answer(w, status(metav1.StatusReasonForbidden, http.StatusForbidden, "it is forbidden to "+asked.String()))
		return
	}
	body, _ := io.ReadAll(r.Body)
	switch asked.resource {
	case "services/proxy":
		_, path, _ := strings.Cut(r.URL.Path, "/proxy")
		answer(w, c.proxied(asked.name, path, r.URL.Query().Get("since")))
	case "configmaps":
		c.record(w, asked, body)
	case "deployments.apps":
		answer(w, c.website(asked, body))
	case "pods/portforward":
		http.Error(w, noForwarding, http.StatusBadRequest)
	case "namespaces":
		answer(w, map[string]any{"metadata": map[string]any{"name": asked.name}})
	default:
		answer(w, grafanaObjects()[asked.resource])
	}
}

// allows looks for the right, and remembers what was found.
func (c *ownCluster) allows(asked right) bool {
	for _, one := range []string{asked.name, ""} {
		r := asked
		r.name = one
		if slices.Contains(c.granted, r) {
			c.used = append(c.used, r)
			return true
		}
	}
	if !slices.Contains(c.denied, asked) {
		c.denied = append(c.denied, asked)
	}
	return false
}

func answer(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) }

func status(reason metav1.StatusReason, code int32, message string) metav1.Status {
	return metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure, Reason: reason, Code: code, Message: message,
	}
}

// record keeps ConfigMaps.
func (c *ownCluster) record(w io.Writer, asked right, body []byte) {
	switch asked.verb {
	case "list":
		items := []json.RawMessage{}
		for _, item := range c.records {
			items = append(items, item)
		}
		answer(w, map[string]any{"items": items})
	case "delete":
		delete(c.records, asked.name)
		answer(w, metav1.Status{Status: metav1.StatusSuccess})
	default:
		var m metav1.PartialObjectMetadata
		_ = json.Unmarshal(body, &m)
		c.records[m.Name] = body
		_, _ = w.Write(body)
	}
}

// website is the Deployment, whose pods come and go at once.
func (c *ownCluster) website(asked right, body []byte) *appsv1.Deployment {
	var patch struct{ Spec struct{ Replicas int32 } }
	if asked.verb == "patch" && json.Unmarshal(body, &patch) == nil {
		c.scale(patch.Spec.Replicas)
	}
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: asked.namespace, Name: asked.name}}
	d.Spec.Replicas, d.Status.AvailableReplicas = &c.replicas, c.replicas
	return d
}

// scale has the alarm's beginning or end told.
func (c *ownCluster) scale(replicas int32) {
	c.replicas = replicas
	state, alarm, told := "resolved", alarmOfWebsite(), time.Now()
	if replicas == 0 {
		state, c.down = "firing", time.Now()
		told = c.down.Add(pending)
	} else {
		alarm["endsAt"] = time.Now()
	}
	alarm["status"] = state
	annotations := alarm["annotations"].(map[string]string)
	mail := "[" + state + "] " + annotations["summary"] + "\nalertname = WebsiteDown\nnamespace = demo\n" +
		"runbook_url = " + annotations["runbook_url"] + "\ndashboard_url = " + annotations["dashboard_url"] + "\n"
	c.note(told, map[string]any{"channel": "webhook", "receiver": "alertmanager", "body": map[string]any{"alerts": []any{alarm}}})
	c.note(told, map[string]any{
		"channel": "mail", "receiver": "alertmanager@firedrill.example", "status": state,
		"mail": map[string]string{"subject": "WebsiteDown", "text": mail},
	})
}

func (c *ownCluster) note(received time.Time, n map[string]any) {
	n["id"], n["received"] = len(c.notes)+1, received
	c.notes = append(c.notes, n)
}
