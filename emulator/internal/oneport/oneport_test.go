package oneport

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listening(t *testing.T, change func(*Listener)) *Listener {
	t.Helper()
	l, err := open(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	change(l)
	l.looking.Go(l.accept)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func asItIs(*Listener) {}

func dial(t *testing.T, l *Listener) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestBothServersAnswerOnOnePort(t *testing.T) {
	l := listening(t, asItIs)
	calls := grpc.NewServer()
	pages := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "a page by "+r.Proto)
	})}
	grpc_health_v1.RegisterHealthServer(calls, health.NewServer())
	served := make(chan error, 2)
	go func() { served <- calls.Serve(l.GRPC()) }()
	go func() { served <- pages.Serve(l.HTTP()) }()

	conn, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answer, err := grpc_health_v1.NewHealthClient(conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{})
	if err != nil || answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("gRPC: %v, %v", answer, err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	page, err := client.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if body, err := io.ReadAll(page.Body); err != nil || string(body) != "a page by HTTP/1.1" {
		t.Errorf("HTTP: %q, %v", body, err)
	}

	calls.Stop()
	if err := pages.Close(); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := <-served; err != nil && !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}
}

func TestFirstBytesMayComeOneByOneAndAreReadAgain(t *testing.T) {
	for said, kind := range map[string]func(*Listener) net.Listener{
		"PRI * HTTP/2.0": (*Listener).GRPC,
		"PUT / HTTP/1.1": (*Listener).HTTP,
		"PRO / HTTP/1.1": (*Listener).HTTP,
	} {
		l := listening(t, asItIs)
		conn := dial(t, l)
		go func() {
			for i := range said {
				conn.Write([]byte(said[i : i+1]))
			}
			conn.(*net.TCPConn).CloseWrite()
		}()
		got, err := kind(l).Accept()
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(got); err != nil || string(text) != said {
			t.Errorf("read %q, %v; said was %q", text, err, said)
		}
		got.Close()
	}
}

func TestSilenceEndsAConnection(t *testing.T) {
	l := listening(t, func(l *Listener) { l.patience = 1 })
	if text, err := io.ReadAll(dial(t, l)); err != nil || len(text) != 0 {
		t.Errorf("read %q, %v; want the end", text, err)
	}
}

func TestCloseDropsWhatNobodyHasTaken(t *testing.T) {
	l := listening(t, asItIs)
	silent, untaken := dial(t, l), dial(t, l)
	io.WriteString(untaken, "GET")
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	for name, conn := range map[string]net.Conn{"silent": silent, "untaken": untaken} {
		// A reset is an end too: it had something that was not read.
		if _, err := io.ReadAll(conn); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, kind := range []net.Listener{l.GRPC(), l.HTTP()} {
		if _, err := kind.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept after Close: %v", err)
		}
	}
	if err := l.Close(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
}

func TestOneKindCanEndBeforeTheOther(t *testing.T) {
	l := listening(t, asItIs)
	if err := l.HTTP().Close(); err != nil {
		t.Fatal(err)
	}
	page := dial(t, l)
	io.WriteString(page, "GET")
	if _, err := io.ReadAll(page); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("a page from nobody: %v", err)
	}
	call := dial(t, l)
	io.WriteString(call, "PRI")
	got, err := l.GRPC().Accept()
	if err != nil {
		t.Fatal(err)
	}
	got.Close()
}
