@main struct ISDB { static func main() {} }
