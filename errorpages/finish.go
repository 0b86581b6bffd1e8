package errorpages

import (
	"net/http"
	"slices"
)

// finish puts the headers to a rendered body.
func (r *Renderer) finish(f Format, p *Page, v *View, body []byte) (*answer, error) {
	headers := append(headersFor(p), header{"Content-Language", v.Lang})
	switch f {
	case FormatHTML, FormatFragment:
		csp, err := policy(body, p, r.ancestors, v.assets)
		if err != nil {
			return nil, err
		}
		headers = append(headers,
			header{"Content-Type", "text/html; charset=utf-8"},
			header{"Content-Security-Policy", csp})
		if f == FormatFragment { // whatever the element selects of what it expects
			headers = append(headers, header{"Hx-Reselect", ".candor"})
		}
	case FormatProblem:
		headers = append(headers, header{"Content-Type", "application/problem+json"})
	case FormatGRPC: // the protocol wants 200, and its type is the request's
		headers = append(headers,
			header{"Grpc-Status", grpcUnavailable},
			header{"Grpc-Message", grpcMessage(v.Headline + ": " + v.Lead)})
		return newAnswer(http.StatusOK, nil, headers), nil
	default:
		headers = append(headers, header{"Content-Type", "text/plain; charset=utf-8"})
	}
	return newAnswer(p.Code, body, headers), nil
}

// bare is the answer that has no body.
func bare(p *Page) *answer {
	return newAnswer(p.Code, nil, headersFor(p), "Content-Type", "Content-Language")
}

// headersFor are the lines that depend on nothing but p.
func headersFor(p *Page) []header {
	headers := append(slices.Clone(common), header{"Vary", varyOf(p.Service.Brand)}, header{"Proxy-Status", proxyStatus(p)})
	if p.Link {
		// Its address is a secret, and may be good elsewhere.
		headers = append(slices.DeleteFunc(headers, func(h header) bool { return h.key == "Referrer-Policy" }), header{"Referrer-Policy", "no-referrer"})
	}
	return headers
}
