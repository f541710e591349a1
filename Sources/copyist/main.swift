print("copyist")
