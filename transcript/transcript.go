// Package transcript records how calls were played: every push with its response, and each connection.
//
// Begin with Call, the result of sender.Sender.Play. The records are plain values that can be printed, compared, saved and read again.
// The package does not judge them; package requirements does.
package transcript
