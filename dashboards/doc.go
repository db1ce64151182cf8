// Package dashboards holds the dashboards, which are JSON files, and tests of
// what they say beyond their form; the form is what `firedrill dashboards lint`
// checks.
package dashboards
