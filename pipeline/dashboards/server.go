package dashboards

import api "firedrill/pipeline/grafana"

// Server is the Grafana of the options, for requests that the client of this
// package does not know.
func (o Options) Server() api.Server {
	return api.Server{URL: o.URL, Token: o.Token, User: o.User, Password: o.Password, Client: o.Client}
}
