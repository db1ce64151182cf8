package dashboards

import "testing"

// Contract is a server that checks what it is asked against Grafana's
// description, for the tests of other packages' clients.
func Contract(t *testing.T, answer func(operation, last string) (int, string)) (address string, broken func() []string) {
	c := newContract(t, func(c call) (int, string) { return answer(c.operation, c.last) })
	return c.URL, func() []string { return c.broken }
}
