package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"syscall"

	"github.com/parley-chat/parley/peer/site"
	"github.com/parley-chat/parley/protocol/diagnosis"
)

func yesIf(is bool) diagnosis.State {
	if is {
		return diagnosis.Yes
	}
	return diagnosis.No
}

// network tells whether this machine has an address besides loopback. A deployment on loopback needs none.
func network(api string) diagnosis.State {
	if site.IsLocal(api) {
		return diagnosis.Yes
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return diagnosis.Unlooked
	}
	for _, addr := range addrs {
		if ip, ok := addr.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() {
			return diagnosis.Yes
		}
	}
	return diagnosis.No
}

// reached is the state of a service that a connection was made to, or not.
func reached(err error) diagnosis.State {
	var network net.Error
	switch {
	case err == nil:
		return diagnosis.Yes
	case isCertificate(err):
		return diagnosis.Untrusted
	case errors.Is(err, syscall.ECONNREFUSED):
		return diagnosis.Closed
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network):
		return diagnosis.Silent
	}
	return diagnosis.Refused // it answered, and not as what was looked for
}

// isCertificate tells whether TLS failed at the certificate.
func isCertificate(err error) bool {
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, hostname := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return verification || authority || hostname || invalid
}
