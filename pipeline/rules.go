package pipeline

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/content"
	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/rules"
	"firedrill/pipeline/server"
)

// rulesPolicy is the file of the policies that lists the metrics that may be missing.
const rulesPolicy = "rules.yaml"

// CheckRules looks at every rule and drill: without a cluster at what is in git,
// and in the cluster that stands at whether what the rules read is there. What
// was found is in the report, not in the error.
func CheckRules(ctx context.Context, o Options) (rules.Report, error) {
	if err := o.check(); err != nil {
		return rules.Report{}, err
	}
	c, err := o.loadContent(ctx)
	if err != nil {
		return rules.Report{}, err
	}
	files, policy, err := ruleFiles(c)
	if err != nil {
		return rules.Report{}, err
	}
	report := rules.Static(files)
	s := &state{options: o, loaded: loaded{content: c}}
	if err := s.findCluster(ctx); err != nil {
		if o.Name != "" || o.Kubeconfig != "" {
			return report, err
		}
		report.Unasked = append(report.Unasked, "whether the metrics exist: "+err.Error())
		return report, nil
	}
	config, err := s.rest()
	if err != nil {
		return report, err
	}
	err = askRules(ctx, config, c, files.Rules, policy, &report)
	return report, err
}

// ruleFiles reads what is in git. Drills that cannot be read are for Static to
// tell of, so far as they are drills.
func ruleFiles(c *content.Content) (f rules.Files, p rules.Policy, err error) {
	f.Dir = c.Dir
	var errs [6]error
	f.Rules, errs[0] = drill.Rules(c.Rules)
	f.Recorded, errs[5] = drill.Recorded(c.Rules)
	if c.Smoketests != "" {
		f.Drills, errs[1] = drill.Load(c.Smoketests)
	}
	if c.Dashboards != "" {
		f.Dashboards, errs[2] = dashboards.Load(c.Dashboards)
	}
	p, errs[3] = rules.LoadPolicy(policyFile(c, rulesPolicy), f.Rules)
	f.Coverage, errs[4] = loadCoverage(c, f.Rules)
	return f, p, errors.Join(errs[:]...)
}

func askRules(ctx context.Context, config *rest.Config, c *content.Content, all []drill.Rule, policy rules.Policy, report *rules.Report) error {
	if c.Endpoints == (drill.Endpoints{}) {
		report.Unasked = append(report.Unasked, "whether the metrics exist: firedrill.yaml names no endpoints")
		return nil
	}
	proxy, err := server.NewProxy(config, c.Endpoints.Prometheus)
	if err != nil {
		return err
	}
	prometheus, err := server.NewPrometheus(proxy)
	if err != nil {
		return err
	}
	var loki rules.Loki
	if c.Logs != nil {
		way, err := server.NewProxy(config, c.Logs.Loki)
		if err != nil {
			return err
		}
		loki = streamsOf{way}
	}
	rules.Live(ctx, all, policy, prometheus, loki, report)
	return nil
}

// streamsOf counts the streams of a Loki.
type streamsOf struct{ loki *server.Proxy }

// streamsSince is how far a look for streams goes back: a program that says
// nothing for that long is no source for an alarm.
const streamsSince = time.Hour

// Streams implements rules.Loki.
func (s streamsOf) Streams(ctx context.Context, selector string) (int, error) {
	var answer struct {
		Data []map[string]string `json:"data"`
	}
	query := url.Values{"match[]": {selector}, "start": {strconv.FormatInt(time.Now().Add(-streamsSince).UnixNano(), 10)}}
	err := s.loki.JSON(ctx, "/loki/api/v1/series", query, &answer)
	return len(answer.Data), err
}
