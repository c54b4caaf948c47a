"""The outbound actions against real peers: an HTTP receiver, an SMTP server, a folder."""
