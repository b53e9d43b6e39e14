// Package web is everything of HTTP that is not the API itself: who is calling
// past trusted proxies, security headers, request ids, recovery from panics,
// the log of requests, metrics, health, photos, and the embedded console.
package web
