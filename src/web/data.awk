# Files as one JSON object of text by path, below the folder of -v root: what is a file
# elsewhere is there in the page. No "<" is left, which might close what the text stands in.
function close_text()
{
    if (n++)
        printf "\""
}
FNR == 1 {
    close_text()
    path = FILENAME
    kind = path ~ /\.demo$/ ? "demos/" : "maps/"
    sub(/^.*\//, "", path)
    printf "%s\"%s\": \"", (n > 1 ? ",\n" : "{\n"), kind path
}
{
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    gsub(/\t/, "\\t")
    gsub(/</, "\\u003c")
    printf "%s\\n", $0
}
END { print "\"\n}" }
