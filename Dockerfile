# The program alone: no shell, not as root; the root certificates are in it. Not built in CI.
#
#   docker build -t pushcheck .
#   docker run --rm pushcheck run https://example.org/push
#   docker run --rm -v "$PWD:/work" -w /work -u "$(id -u)" pushcheck run https://example.org/push --report html=report.html
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /pushcheck ./cmd/pushcheck

FROM scratch
COPY --from=build /pushcheck /pushcheck
USER 65532:65532
ENTRYPOINT ["/pushcheck"]
