//! How a server proves who it is.

use super::environment::Trust;
use super::refusal::Refused;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::path::Path;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What makes connections that are encrypted as far as the trust asks for it.
///
/// # Errors
///
/// There is no authority to believe.
pub(super) fn connector(trust: Trust, authorities: Option<&Path>) -> Result<MakeRustlsConnect, Refused> {
    let provider = Arc::new(ring::default_provider());
    let own = match trust {
        Trust::Disable | Trust::Prefer | Trust::Require => None,
        Trust::Authority | Trust::Full => {
            let roots = Arc::new(roots(authorities)?);
            let checked = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build();
            Some(checked.map_err(|_| none_known())?)
        }
    };
    let verifier: Arc<dyn ServerCertVerifier> = match (trust, own) {
        (Trust::Full, Some(own)) => own,
        (_, own) => Arc::new(Lenient { own, provider: provider.clone() }),
    };
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|_| Refused::world("there is no encryption to be had", "Set sslmode=disable"))?;
    let config = config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// The authorities of a file, or those that the system knows.
fn roots(file: Option<&Path>) -> Result<RootCertStore, Refused> {
    let mut roots = RootCertStore::empty();
    let found: Vec<CertificateDer<'static>> = match file {
        Some(path) => {
            let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            let none = || Refused::study("the file of `sslrootcert` has no certificates", "Name a file in PEM");
            read.ok().filter(|found| !found.is_empty()).ok_or_else(none)?
        }
        None => rustls_native_certs::load_native_certs().certs,
    };
    let (added, _) = roots.add_parsable_certificates(found);
    if added == 0 { Err(none_known()) } else { Ok(roots) }
}

fn none_known() -> Refused {
    Refused::study(
        "no authority is known by which the server could prove who it is",
        "Name a file of certificates with sslrootcert=FILE",
    )
}

/// Believes any server, or any with a certificate of a known authority, whatever name it is of.
#[derive(Debug)]
struct Lenient {
    own: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        of: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(own) = &self.own else { return Ok(ServerCertVerified::assertion()) };
        // The name is looked at last: who fails only there has proved the rest.
        match own.verify_server_cert(of, between, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
