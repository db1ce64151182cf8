package addresses_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/event"
	"firedrill/pipeline/server"
)

// zone is a DNS server.
type zone struct {
	says func(name string) (dnsmessage.RCode, []dnsmessage.ResourceBody)
}

// has is a zone that has these about every name.
func has(bodies ...dnsmessage.ResourceBody) *zone {
	return &zone{func(string) (dnsmessage.RCode, []dnsmessage.ResourceBody) { return dnsmessage.RCodeSuccess, bodies }}
}

// refuses is a zone that answers with a code and nothing else.
func refuses(code dnsmessage.RCode) *zone {
	return &zone{func(string) (dnsmessage.RCode, []dnsmessage.ResourceBody) { return code, nil }}
}

func at(last byte) dnsmessage.ResourceBody {
	return &dnsmessage.AResource{A: [4]byte{10, 96, 0, last}}
}

// Dial implements addresses.Way.
func (z *zone) Dial(context.Context, int) (net.Conn, error) {
	here, there := net.Pipe()
	go z.answer(there)
	return here, nil
}

// answer is to one question, over TCP: the length comes before each message.
func (z *zone) answer(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	size := make([]byte, 2)
	if _, err := io.ReadFull(conn, size); err != nil {
		return
	}
	text := make([]byte, binary.BigEndian.Uint16(size))
	if _, err := io.ReadFull(conn, text); err != nil {
		return
	}
	var m dnsmessage.Message
	if err := m.Unpack(text); err != nil {
		return
	}
	name := m.Questions[0].Name
	code, bodies := z.says(name.String())
	m.Response, m.RCode = true, code
	for _, b := range bodies {
		header := dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: 60}
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: b})
	}
	text, err := m.AppendPack(make([]byte, 2))
	if err != nil {
		return
	}
	binary.BigEndian.PutUint16(text, uint16(len(text)-2))
	_, _ = conn.Write(text)
}

// reached is an API server that knows the Service of the ingress controller.
func reached(t *testing.T, spec corev1.ServiceSpec, status corev1.ServiceStatus) *rest.Config {
	t.Helper()
	api := http.NewServeMux()
	api.HandleFunc("GET /api/v1/namespaces/ingress/services/ingress", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(corev1.Service{TypeMeta: metav1.TypeMeta{Kind: "Service", APIVersion: "v1"}, Spec: spec, Status: status})
	})
	s := httptest.NewServer(api)
	t.Cleanup(s.Close)
	return &rest.Config{Host: s.URL}
}

// named is a visit of which nothing is wrong but, perhaps, its name.
func named(t *testing.T, z *zone, config *rest.Config) addresses.Options {
	t.Helper()
	c, root := right(t)
	o := c.start(t).visit(root)
	o.Config.DNS = &server.Endpoint{Namespace: "dns", Service: "dns", Port: 53}
	o.DNS, o.REST = z, config
	return o
}

func TestANameLeadsToTheController(t *testing.T) {
	inside := reached(t, corev1.ServiceSpec{ClusterIP: "10.96.0.80"}, corev1.ServiceStatus{})
	asked := make(chan string, 1)
	z := has(at(80))
	says := z.says
	z.says = func(name string) (dnsmessage.RCode, []dnsmessage.ResourceBody) {
		asked <- name
		return says(name)
	}
	found, err := addresses.Check(t.Context(), named(t, z, inside))
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, host+".", <-asked)
}

// What a load balancer has is asked for, be it an address or a name.
func TestANameLeadsToTheLoadBalancer(t *testing.T) {
	balanced := func(at ...corev1.LoadBalancerIngress) *rest.Config {
		return reached(t, corev1.ServiceSpec{Type: corev1.ServiceTypeLoadBalancer, ClusterIP: "10.96.0.80"},
			corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: at}})
	}
	_, err := addresses.Check(t.Context(), named(t, has(at(90)), balanced(corev1.LoadBalancerIngress{IP: "10.96.0.90"})))
	require.NoError(t, err)
	alias := &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName("lb.example.")}
	_, err = addresses.Check(t.Context(), named(t, has(alias), balanced(corev1.LoadBalancerIngress{Hostname: "lb.example"})))
	require.NoError(t, err)
	_, err = addresses.Check(t.Context(), named(t, has(at(80)), balanced(corev1.LoadBalancerIngress{IP: "10.96.0.90"})))
	require.ErrorContains(t, err, "leads it to 10.96.0.80, not to 10.96.0.90")
	_, err = addresses.Check(t.Context(), named(t, has(at(80)), balanced()))
	require.ErrorContains(t, err, "no load balancer has given Service ingress/ingress an address yet")
}

// A good answer at the address is not enough: nobody finds it without the name.
func TestWhatIsWrongWithANameIsSaid(t *testing.T) {
	const look = "look at `kubectl get ingress --namespace ingress` and `kubectl logs --namespace dns deployment/external-dns`"
	for name, c := range map[string]struct {
		zone *zone
		want []string
	}{
		"no name":         {refuses(dnsmessage.RCodeNameError), []string{"has no address for it; ", look}},
		"no address":      {has(), []string{"has no address for it; ", look}},
		"another address": {has(at(81)), []string{"leads it to 10.96.0.81, not to 10.96.0.80, where Service ingress/ingress is reached; ", look}},
		"one too many":    {has(at(80), at(81)), []string{"leads it to 10.96.0.81, not to 10.96.0.80"}},
		"another zone":    {refuses(dnsmessage.RCodeRefused), []string{"for its address: it answers Refused; is it in charge of the zone?"}},
	} {
		t.Run(name, func(t *testing.T) {
			inside := reached(t, corev1.ServiceSpec{ClusterIP: "10.96.0.80"}, corev1.ServiceStatus{})
			found, err := addresses.Check(t.Context(), named(t, c.zone, inside))
			require.Empty(t, found)
			require.ErrorContains(t, err, host+": ")
			require.ErrorContains(t, err, "the DNS server (Service dns/dns:53)")
			require.ErrorContains(t, err, "(for 50ms)")
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

// external-dns writes a name some seconds after the Ingress was made.
func TestANameMayTakeAMoment(t *testing.T) {
	late, asked := has(at(80)), 0
	there := late.says
	late.says = func(name string) (dnsmessage.RCode, []dnsmessage.ResourceBody) {
		asked++
		if asked == 1 {
			return dnsmessage.RCodeNameError, nil
		}
		return there(name)
	}
	o := named(t, late, reached(t, corev1.ServiceSpec{ClusterIP: "10.96.0.80"}, corev1.ServiceStatus{}))
	o.Within = time.Minute
	var said []string
	o.Sink = func(e event.Event) { said = append(said, e.Message) }
	_, err := addresses.Check(t.Context(), o)
	require.NoError(t, err)
	require.Contains(t, said[1], "the DNS server (Service dns/dns:53) has no address for it")
}
