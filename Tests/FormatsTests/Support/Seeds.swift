/// Documents that use everything in a format, to be mutated.
enum Seeds {
    static let json = [
        #"{"a":[1,-2.5e3,"x\u00e4\n\ud83d\ude00ä€😀",true,false,null,{"b":[]}],"c":{"":0},"d":18446744073709551615}"#,
        #"  [ 0 , -0.0 , 1E+5 , "\"\\\/\b\f\n\r\t" , "exactly eight!" , [ [ [ ] ] ] ]  "#,
        #"{"k1":1,"k2":2,"k3":3,"k4":4,"k5":5,"k6":6,"k7":7,"k8":8,"k9":9,"k10":10,"k11":11,"k12":12,"k13":13}"#,
        #""text""#, "-9223372036854775808", "[9223372036854775807,9223372036854775808,1e308,1e-320,0.1]",
    ]

    static let xml = [
        """
        <?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="urn:s" xmlns="urn:d"><s:Body s:a='1&amp;2' b="&#x41;">
        <r>AAEC</r><!-- c --><t>x<![CDATA[<&>]]]]>&lt;&#228;ä€😀</t><e/></s:Body></s:Envelope>
        """,
        "<a xmlns='' xmlns:p='u'><p:b p:c=\"d\te\r\nf\"/>\r\n<x-1.y_z/></a>\n",
        "\u{feff}<?xml version='1.0' standalone='yes'?>\n<é ü='ö'>&quot;&apos;&gt;</é><!-- end -->",
    ]

    static let yaml = [
        """
        # comment
        a: &x {k: v, "l": [1, 'two', ~]}
        b:
          <<: *x
          l: own
        list:
        - 010
        - yes
        - 2026-11-20
        -   - nested
            - "esc\\u00e4\\n"
        text: |
          line
            more
        folded: >-
          one
          two
        tagged: !vault |
          3132
        ? key
        : !!str 5
        é: 日本 # end
        """,
        "%YAML 1.1\n---\n{a: [1, {b: c}], 'd': \"e\", f: , g}\n...\n",
        "- &a x\n- *a\n- !!int '7'\n- 1.5\n- .inf\n- 12:30\n- 0x1F\n- -1_000\n- ''\n- |+\n  keep\n\n",
    ]
}

extension [String] {
    var utf8: [[UInt8]] { map { [UInt8]($0.utf8) } }
}
