@transport
Feature: A word about security
  Pushes carry who calls whom. sipgate encourages HTTPS and accepts no self-signed certificate; pushcheck goes further and
  sends nothing over plain HTTP.
  Documented under "A word about security" and "Set Webhooks".

  Rule: Call details are sent over encrypted connections only

    @transport.https @must
    Scenario: The receiver is reached over HTTPS
      When sipgate connects to the receiver
      Then the connection is encrypted
      And no call data was sent over an unsafe connection

  Rule: The receiver can be reached

    @transport.reachable @must
    Scenario: The receiver accepts connections
      When sipgate connects to the receiver
      Then the receiver accepts the connection

    @transport.handshake @must
    Scenario: The receiver completes the TLS handshake without a client certificate
      When sipgate connects to the receiver
      Then the handshake is completed without a client certificate

    @transport.tls-version @must
    Scenario: The receiver supports a current version of TLS
      When sipgate connects to the receiver
      Then the connection uses TLS 1.2 or newer

    @transport.no-redirect @must
    Scenario: The receiver responds to pushes without a redirect
      When Jennifer calls Doc
      Then no push is redirected

  Rule: If the URL has credentials, the receiver requires them

    @transport.basic-auth @must @basic-auth
    Scenario: The receiver asks for the credentials of its URL
      When Jennifer calls Doc
      Then the receiver asks for credentials and accepts those of its URL

  Rule: sipgate.io does not accept self-signed certificates

    @transport.not-self-signed @must
    Scenario: The receiver's certificate is not self-signed
      When sipgate connects to the receiver
      Then the certificate is not self-signed
      And no call data was sent over an unsafe connection

    @transport.trusted-chain @must
    Scenario: The receiver's certificate leads to a public authority
      When sipgate connects to the receiver
      Then the certificate leads to a trusted authority

    @transport.complete-chain @must
    Scenario: The receiver sends its intermediate certificates
      When sipgate connects to the receiver
      Then no certificate of the chain is missing

  Rule: The certificate names the receiver's host and is for servers

    @transport.name-matches @must
    Scenario: The receiver's certificate names its host
      When sipgate connects to the receiver
      Then the certificate names the host of the URL

    @transport.in-date @must
    Scenario: The receiver's certificate is in date
      When sipgate connects to the receiver
      Then the certificate is neither expired nor not yet valid

    @transport.expires-later @should
    Scenario: The receiver's certificate has been renewed in time
      When sipgate connects to the receiver
      Then the certificate stays valid for a while

    @transport.server-certificate @must
    Scenario: The receiver's certificate is issued for servers
      When sipgate connects to the receiver
      Then the certificate may be used for a server

    @transport.strong-keys @must
    Scenario: The receiver's certificates have strong keys
      When sipgate connects to the receiver
      Then no key or signature of the chain is weak
