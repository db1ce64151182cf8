package mailbox

import "github.com/prometheus/client_golang/prometheus"

// maxReceivers bounds the label receiver, since whoever can send a
// notification can make up receivers.
const maxReceivers = 100

// metrics counts notifications. It is used under the lock of its box.
type metrics struct {
	received  *prometheus.CounterVec
	dropped   prometheus.Counter
	receivers map[string]bool
}

func newMetrics(registry prometheus.Registerer) *metrics {
	m := &metrics{
		received: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "inbox_notifications_total",
			Help: "Notifications that came, by channel, receiver (the first 100, then other) and status.",
		}, []string{"channel", "receiver", "status"}),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "inbox_notifications_dropped_total",
			Help: "Notifications that made room for newer ones.",
		}),
		receivers: map[string]bool{},
	}
	registry.MustRegister(m.received, m.dropped)
	return m
}

func (m *metrics) add(n Notification) {
	receiver, status := n.Receiver, n.Status
	if !m.receivers[receiver] {
		if len(m.receivers) < maxReceivers {
			m.receivers[receiver] = true
		} else {
			receiver = "other"
		}
	}
	if status == "" {
		status = "unknown" // to Prometheus an empty label is none
	}
	m.received.WithLabelValues(n.Channel, receiver, status).Inc()
}
