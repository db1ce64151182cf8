// This module pins the Grafana whose description of its HTTP API the tests
// check requests and answers against. It holds no code.
module contract

go 1.26.0

require github.com/grafana/grafana v1.9.2-0.20230609164553-81d85ce8028d
