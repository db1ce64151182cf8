// Package charts holds the Helm charts that a run deploys, a folder each. It
// has no code; its tests hold every chart in it to the same rules, each with
// values.yaml alone and with every other values file on top.
package charts
