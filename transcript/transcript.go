// Package transcript defines the records of played calls: each push with its response, and each connection.
//
// Begin with Call, the result of sender.Sender.Play. The records are plain values that can be printed, compared and saved. The package does
// not judge them; package requirements does.
package transcript
