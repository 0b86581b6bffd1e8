package errorpages

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

func TestAGRPCClientSeesUnavailable(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	p := page(brand(t, campus()), hold(upgrade()))
	p.Service.Title = "Prüfungen 100 %"
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if f, err := r.Serve(w, req, p); f != FormatGRPC || err != nil {
			t.Errorf("got %s, %v", f, err)
		}
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()

	trusted := srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	conn, err := grpc.NewClient(srv.Listener.Addr().String(),
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: trusted, ServerName: "example.com"})))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()

	err = conn.Invoke(t.Context(), "/exams.Exams/Register", &emptypb.Empty{}, &emptypb.Empty{})
	if got := status.Convert(err); got.Code() != codes.Unavailable || !strings.Contains(got.Message(), "Prüfungen 100 %") {
		t.Errorf("unary: %v", err)
	}
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/exams.Exams/Watch")
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.RecvMsg(&emptypb.Empty{}); status.Code(err) != codes.Unavailable {
		t.Errorf("stream: %v", err)
	}
}

func TestTheMessageIsPercentEncoded(t *testing.T) {
	for give, want := range map[string]string{
		"plain: yes": "plain: yes", "100 %": "100 %25", "a\nb\r\x00": "a%0Ab%0D%00", "ü": "%C3%BC", "~\x7f": "~%7F",
	} {
		if got := grpcMessage(give); got != want {
			t.Errorf("%q: got %q, want %q", give, got, want)
		}
	}
}

func TestTheContentTypeIsAnsweredInKind(t *testing.T) {
	for give, want := range map[string]string{
		"application/grpc":                         "application/grpc",
		"application/grpc+proto":                   "application/grpc+proto",
		"Application/GRPC-Web+Proto;charset=utf-8": "application/grpc-web+proto",
		"application/grpc+evil\x00":                "application/grpc",
	} {
		if got := grpcType(give); len(got) != 1 || got[0] != want {
			t.Errorf("%q: got %q, want %q", give, got, want)
		}
	}
}
