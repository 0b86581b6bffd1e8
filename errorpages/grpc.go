package errorpages

import (
	"strings"
)

// grpcUnavailable is the status code of gRPC that says: try again.
const grpcUnavailable = "14"

// grpcTypes are the content types that an answer may repeat.
var grpcTypes = []string{
	"application/grpc+proto",
	"application/grpc+json",
	"application/grpc-web",
	"application/grpc-web+proto",
	"application/grpc-web+json",
	"application/grpc-web-text",
	"application/grpc-web-text+proto",
}

// grpcType answers a request's content type in kind.
func grpcType(asked string) []string {
	asked, _, _ = strings.Cut(asked, ";")
	for _, t := range grpcTypes {
		if strings.EqualFold(trim(asked), t) {
			return []string{t}
		}
	}
	return []string{"application/grpc"}
}

// grpcMessage encodes a text for grpc-message: percent-encoded but for the
// visible part of ASCII.
func grpcMessage(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= ' ' && c <= '~' && c != '%' {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
