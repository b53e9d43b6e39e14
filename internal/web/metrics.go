package web

import (
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts requests and holds what else the program counts. Its labels
// are routes and statuses: nothing that a client or a tenant chooses.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	known    sync.Map // routeKey to *routeMetrics
}

type routeKey struct {
	pattern string
	status  int
}

type routeMetrics struct {
	count   prometheus.Counter
	seconds prometheus.Observer
}

// NewMetrics returns the metrics of a program of that version.
func NewMetrics(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "retinue_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "retinue_http_request_duration_seconds", Help: "Time until the answer was written, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "retinue_build_info", Help: "Always 1, with the version as label.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	}, func() float64 { return 1 })
	m.registry.MustRegister(m.requests, m.duration, build, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Gauge adds a value that is read when the metrics are.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Total adds a value that only grows and is read when the metrics are.
func (m *Metrics) Total(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
}

// Failures returns a function that counts failures of background jobs by name.
func (m *Metrics) Failures() func(job string) {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "retinue_job_failures_total", Help: "Runs of background jobs that failed, by job.",
	}, []string{"job"})
	m.registry.MustRegister(v)
	return func(job string) { v.WithLabelValues(job).Inc() }
}

// Handler writes all metrics as Prometheus reads them.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 5 * time.Second})
}

// observe counts one request. pattern is that of the mux which answered.
func (m *Metrics) observe(pattern string, status int, took time.Duration) {
	key := routeKey{pattern, status}
	v, ok := m.known.Load(key)
	if !ok {
		route := pattern
		if route == "" {
			route = "none"
		}
		v, _ = m.known.LoadOrStore(key, &routeMetrics{
			count: m.requests.WithLabelValues(route, strconv.Itoa(status)), seconds: m.duration.WithLabelValues(route),
		})
	}
	if rm, ok := v.(*routeMetrics); ok {
		rm.count.Inc()
		rm.seconds.Observe(took.Seconds())
	}
}
