@response
Feature: The response to a newCall
  What the receiver says back to a newCall is a small XML document. sipgate reads it only when its status, its type and its
  form are in order, and puts the call through as if nothing had been said when they are not.
  Described in the API reference under "The XML response".

  Rule: A response that cannot be read counts as none

    @response.status @must
    Scenario: The receiver answers a newCall with status 200
      When Jennifer calls Doc
      Then the status of the response is 200

    @response.content-type @must
    Scenario: The receiver says that its XML is XML
      When Jennifer calls Doc
      Then the content type of the response is application/xml

    @response.well-formed @must
    Scenario: The receiver's XML is well-formed
      When Jennifer calls Doc
      Then the response is one well-formed document

    @response.readable-encoding @must
    Scenario: The receiver's response is encoded as it declares
      When Jennifer calls Doc
      Then the encoding of the response is the one declared

    @response.root @must
    Scenario: The receiver's document is a Response
      When Jennifer calls Doc
      Then the root of the document is Response

    @response.xml-or-nothing @should
    Scenario: The receiver sends XML or nothing at all
      When Jennifer calls Doc
      Then the response is XML or empty

  Rule: The response says what is documented

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

  Rule: The caller waits while the receiver thinks

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
      Then the response comes to an end
