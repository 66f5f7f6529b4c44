@response
Feature: The response to a newCall
  The receiver responds to a newCall with a small XML document. sipgate reads it only if its status, its type and its form are
  in order. If they are not, it puts the call through as if the receiver had sent nothing.
  Described in the API reference under "The XML response".

  Rule: sipgate ignores a response that it cannot read

    @response.status @must
    Scenario: The receiver responds to a newCall with status 200
      When Jennifer calls Doc
      Then the status of the response is 200

    @response.content-type @must
    Scenario: The receiver declares its response as XML
      When Jennifer calls Doc
      Then the content type of the response is application/xml

    @response.well-formed @must
    Scenario: The receiver sends well-formed XML
      When Jennifer calls Doc
      Then the response is one well-formed document

    @response.readable-encoding @must
    Scenario: The receiver encodes its response as declared
      When Jennifer calls Doc
      Then the encoding of the response is the one declared

    @response.root @must
    Scenario: The receiver sends a document whose root is Response
      When Jennifer calls Doc
      Then the root of the document is Response

    @response.xml-or-nothing @should
    Scenario: The receiver sends XML or nothing at all
      When Jennifer calls Doc
      Then the response is XML or empty

  Rule: The response contains documented XML only

    @response.known-elements @must
    Scenario: The receiver asks for documented actions only
      When Jennifer calls Doc
      Then every action of the response is documented

    @response.known-attributes @should
    Scenario: The receiver uses documented attributes only
      When Jennifer calls Doc
      Then every attribute of the response is documented

    @response.one-action @should
    Scenario: The receiver asks for one action at a time
      When Jennifer calls Doc
      Then the response asks for one action at most

    @response.reasonable-size @should
    Scenario: The receiver keeps its response small
      When Jennifer calls Doc
      Then the response is smaller than 64 KiB

  Rule: The caller waits until the receiver has responded

    @response.in-time @must
    Scenario: The receiver responds within ten seconds
      When Jennifer calls Doc
      Then the response is complete within 10 seconds

    @response.prompt @should
    Scenario: The receiver responds promptly
      When Jennifer calls Doc
      Then the response is complete within 1 second

    @response.ends @must
    Scenario: The receiver finishes its response
      When Jennifer calls Doc
      Then the response ends
