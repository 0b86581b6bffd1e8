package errorpages

import (
	"net/http"
	"slices"
)

// finish puts the headers to a rendered body. Without a view there is no body,
// and the code alone is the answer.
func (r *Renderer) finish(v variant, p *Page, view *View, body []byte) *answer {
	headers := append(slices.Clone(common),
		header{"Vary", vary},
		header{"Proxy-Status", proxyStatus(p)})
	if view == nil {
		return newAnswer(p.Code, nil, headers, "Content-Type", "Content-Language")
	}
	headers = append(headers, header{"Content-Language", view.Lang})
	switch v.format {
	case FormatHTML:
		headers = append(headers,
			header{"Content-Type", "text/html; charset=utf-8"},
			header{"Content-Security-Policy", policy(body, p, r.ancestors)})
	case FormatProblem:
		headers = append(headers, header{"Content-Type", "application/problem+json"})
	case FormatGRPC: // the protocol wants 200, and its type is the request's
		headers = append(headers,
			header{"Grpc-Status", grpcUnavailable},
			header{"Grpc-Message", grpcMessage(view.Headline + ". " + view.Lead)})
		return newAnswer(http.StatusOK, nil, headers)
	default:
		headers = append(headers, header{"Content-Type", "text/plain; charset=utf-8"})
	}
	return newAnswer(p.Code, body, headers)
}
